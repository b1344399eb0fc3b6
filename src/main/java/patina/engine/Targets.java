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

    /** A guest, and the ELF machine whose programs it runs. */
    private record Row(int machine, Guest guest) {}

    private static final List<Row> GUESTS = List.of(new Row(EM_X86_64, new X86Guest()));

    /** What a program runs as; the loader refuses programs for another machine. */
    static Guest guest() { return GUESTS.getFirst().guest; }

    public static List<Optimizer.Target> of(Variant variant) {
        return GUESTS.stream().map(g -> new Optimizer.Target(g.machine, g.guest, compiler(variant), variant.keys(g.guest))).toList();
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
