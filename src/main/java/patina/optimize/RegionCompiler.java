package patina.optimize;

import patina.ir.ObjectCode;
import patina.ir.Region;

/** Makes native code of a region. Deterministic. */
@FunctionalInterface
public interface RegionCompiler {
    /** Total: what the compiler cannot do ends the region with an INTERPRET exit. */
    ObjectCode compile(Region region);
}
