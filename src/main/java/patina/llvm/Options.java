package patina.llvm;

/**
 * What code generation may choose. Two options with the same {@link #key} give the same bytes for the same region.
 *
 * @param counting native code adds the guest instructions it executed to the state
 * @param poll     native code looks at the state's POLL on back edges and before direct exits that go backward
 * @param precise  every register is in the state, and PC is the instruction's, whenever an access to guest memory faults
 * @param threads  guest memory may be seen by other threads: accesses keep the guest's order (x86-TSO)
 * @param fixed    the image is never moved: its load bias is 0
 * @param passes   LLVM's pass list before code generation
 * @param level    LLVM's effort in code generation, 0 to 3
 * @param cpu      LLVM's name of the oldest host the code may run on
 * @param features further host features, as LLVM writes them ("+bmi2,+lzcnt"). AVX must stay off: folded AVX operands do not fault when misaligned
 */
public record Options(boolean counting, boolean poll, boolean precise, boolean threads, boolean fixed,
                      String passes, int level, String cpu, String features) {
    /**
     * Measured on 44 regions (1658 instructions) of C programs, processor time per guest instruction, of which code emission is 0.33 ms:
     * none 0.50 ms and 28 bytes, mem2reg 0.37 and 15.9, with early-cse 0.38 and 14.0, this list 0.38 and 14.4; gvn, sroa and dse on top
     * 0.42-0.46 and no smaller. Code generation at level 0 0.22 and 53 bytes, level 1 as level 2. Polls are 0.1 ms and 3.2 bytes of it.
     */
    public static final String PASSES = "function(mem2reg,early-cse,simplifycfg,instcombine<no-verify-fixpoint>,sink,simplifycfg)";

    public static final Options DEFAULT = new Options(true, true, false, true, false, PASSES, 2, "x86-64-v2", "");

    public Options withCounting(boolean counting) {
        return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features);
    }

    public Options withPoll(boolean poll) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withPrecise(boolean precise) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withThreads(boolean threads) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withFixed(boolean fixed) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withPasses(String passes) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withLevel(int level) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    public Options withFeatures(String features) { return new Options(counting, poll, precise, threads, fixed, passes, level, cpu, features); }

    /** LLVM's own arguments, for the whole process. Loop strength reduction spends registers on induction variables; x86 addressing needs none. */
    static final String ARGUMENT = "-disable-lsr";

    /** Everything that bears on the code, for cache keys. */
    public String key() {
        return "counting=" + counting + " poll=" + poll + " precise=" + precise + " threads=" + threads + " fixed=" + fixed
                + " passes=" + passes + " level=" + level + " cpu=" + cpu + " features=" + features + " llvm=" + ARGUMENT;
    }
}
