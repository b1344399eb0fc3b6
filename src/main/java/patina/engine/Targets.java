package patina.engine;

import java.util.List;
import java.util.function.Supplier;
import patina.guest.Guest;
import patina.guest.x86.X86Guest;
import patina.llvm.LlvmCompiler;
import patina.llvm.Options;
import patina.optimize.Optimizer;
import patina.optimize.RegionCompiler;

/** The kinds of guest code that can be translated here: a line a guest. */
public final class Targets {
    private Targets() {}

    private static final int EM_X86_64 = 62;

    public static List<Optimizer.Target> all() {
        Guest x86 = new X86Guest();
        return List.of(new Optimizer.Target(EM_X86_64, x86, COMPILER, Session.keys(x86)));
    }

    /** One LLVM for the JVM, loaded when first asked for. */
    private static final Supplier<RegionCompiler> COMPILER = () -> {
        LlvmCompiler compiler = Loaded.COMPILER;
        return regions -> compiler.compile(regions, Options.DEFAULT);
    };

    private static final class Loaded {
        static final LlvmCompiler COMPILER = new LlvmCompiler();
    }
}
