package patina.engine;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import patina.cache.Store;
import patina.guest.Guest;
import patina.guest.x86.X86Guest;
import patina.llvm.LlvmCompiler;
import patina.optimize.Optimizer;
import patina.optimize.RegionCompiler;

/** The kinds of guest code that can be translated here: a line a guest. */
public final class Targets {
    private Targets() {}

    private static final int EM_X86_64 = 62;

    public static List<Optimizer.Target> of(Variant variant) {
        Guest x86 = new X86Guest();
        return List.of(new Optimizer.Target(EM_X86_64, x86, compiler(variant), variant.keys(x86)));
    }

    /** The optimizer of each variant. */
    public static List<Optimizer> optimizers(Store store) {
        return Arrays.stream(Variant.values()).map(v -> new Optimizer(store, v.profiles(store), of(v))).toList();
    }

    /** One LLVM for the JVM, loaded when first asked for. */
    private static Supplier<RegionCompiler> compiler(Variant variant) {
        return () -> {
            LlvmCompiler compiler = Loaded.COMPILER;
            return regions -> compiler.compile(regions, variant.options);
        };
    }

    private static final class Loaded {
        static final LlvmCompiler COMPILER = new LlvmCompiler();
    }
}
