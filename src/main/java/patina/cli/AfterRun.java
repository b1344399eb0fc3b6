package patina.cli;

import java.nio.file.Path;

/** What a run leaves to do once the program has ended. */
final class AfterRun {
    private AfterRun() {}

    static void optimize(RunOptions options, Path cache) { }
}
