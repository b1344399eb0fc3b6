package patina.engine;

/**
 * How a run ended.
 *
 * @param status  the exit status for the caller
 * @param message a line for the user if the program could not be started, else null
 * @param report  what the run did; null if nothing ran
 */
public record Outcome(int status, String message, Report report) {}
