package patina.engine;

import java.nio.file.Path;
import patina.linux.LaunchSpec;
import patina.linux.Log;

/**
 * A run: what to start and how.
 *
 * @param cache the cache directory
 */
public record RunSpec(LaunchSpec launch, Mode mode, Path cache) {
    RunSpec with(Log log) { return new RunSpec(launch.with(log), mode, cache); }
}
