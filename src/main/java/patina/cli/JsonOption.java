package patina.cli;

import picocli.CommandLine.Option;

/** The option --json of commands that show something. */
final class JsonOption {
    @Option(names = "--json", description = "Prints one JSON value instead of text; keys are stable.") boolean wanted;
}
