package patina.engine;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import patina.linux.LaunchSpec;
import patina.linux.Log;

/**
 * A run: what to start and how.
 *
 * @param cache the cache directory
 * @param notes told what goes wrong with translation; what the program misses is for the launch's own log
 * @param verify all native code is held against the interpreter
 */
public record RunSpec(LaunchSpec launch, Mode mode, Path cache, Log notes, boolean verify) {
    public RunSpec(LaunchSpec launch, Mode mode, Path cache) { this(launch, mode, cache, Log.NONE, false); }

    /** Both with another way to the user. */
    RunSpec with(UnaryOperator<Log> way) { return new RunSpec(launch.with(way.apply(launch.log())), mode, cache, way.apply(notes), verify); }
}
