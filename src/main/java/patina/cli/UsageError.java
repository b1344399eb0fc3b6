package patina.cli;

/** Wrong usage: a line for the user, exit status 2. */
final class UsageError extends RuntimeException {
    UsageError(String message) { super(message, null, false, false); }
}
