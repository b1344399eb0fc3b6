/** The command line. {@code run} is parsed by hand, for its start-up time counts; the other commands use picocli. */
package patina.cli;
