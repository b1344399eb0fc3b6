package patina.optimize;

import java.util.List;
import patina.ir.ObjectCode;
import patina.ir.Region;

/** Makes native code of regions. Deterministic: a region's code does not depend on what is compiled with it. */
@FunctionalInterface
public interface RegionCompiler {
    /** One code per region, in order. What the compiler cannot do ends a region with an INTERPRET exit; an exception says that it failed as a whole. */
    List<ObjectCode> compile(List<Region> regions);
}
