package patina.cli;

/** The commands but run. */
final class Commands {
    private Commands() {}

    static int execute(String[] args) { throw new UsageError("no such command"); }
}
