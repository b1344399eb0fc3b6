package patina.engine;

import java.nio.file.Path;
import patina.linux.LaunchSpec;
import patina.linux.Log;

/**
 * A run: what to start and how.
 *
 * @param cache     the cache directory
 * @param inherited descriptors above 2 that the caller of patina passed in: the guest's
 * @param held      descriptors below this number that are not inherited were held while the JVM started, and are closed for the guest
 */
public record RunSpec(LaunchSpec launch, Mode mode, Path cache, int[] inherited, int held) {
    RunSpec with(Log log) {
        return new RunSpec(new LaunchSpec(launch.path(), launch.arguments(), launch.environment(), launch.sysroot(), launch.directory(), log), mode, cache, inherited, held);
    }
}
