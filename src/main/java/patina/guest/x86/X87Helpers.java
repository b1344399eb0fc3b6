package patina.guest.x86;

import patina.guest.Cpu;

/** The x87 instructions that run as helpers: what is too rare or too long for operations. A helper's number is {@link #FIRST} + ordinal. */
enum X87Helpers {
    F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FSINCOS, FPTAN, FPREM, FPREM1, FSCALE, FXTRACT, FBLD, FBSTP,
    FLDCW, FNCLEX, FNINIT, FNSTENV16, FNSTENV32, FLDENV16, FLDENV32, FNSAVE16, FNSAVE32, FRSTOR16, FRSTOR32;

    static final int FIRST = 200;

    private static final X87Helpers[] ALL = values();

    /** The helper of an instruction, or null. The environment's format goes by the operand size. */
    static X87Helpers of(Mnemonic m, int operandBits) {
        return switch (m) {
            case F2XM1 -> F2XM1;
            case FYL2X -> FYL2X;
            case FYL2XP1 -> FYL2XP1;
            case FPATAN -> FPATAN;
            case FSIN -> FSIN;
            case FCOS -> FCOS;
            case FSINCOS -> FSINCOS;
            case FPTAN -> FPTAN;
            case FPREM -> FPREM;
            case FPREM1 -> FPREM1;
            case FSCALE -> FSCALE;
            case FXTRACT -> FXTRACT;
            case FBLD -> FBLD;
            case FBSTP -> FBSTP;
            case FLDCW -> FLDCW;
            case FNCLEX -> FNCLEX;
            case FNINIT -> FNINIT;
            case FNSTENV -> operandBits == 16 ? FNSTENV16 : FNSTENV32;
            case FLDENV -> operandBits == 16 ? FLDENV16 : FLDENV32;
            case FNSAVE -> operandBits == 16 ? FNSAVE16 : FNSAVE32;
            case FRSTOR -> operandBits == 16 ? FRSTOR16 : FRSTOR32;
            default -> null;
        };
    }

    static void help(int number, Cpu cpu) {
        X87Registers st = new X87Registers(cpu);
        switch (ALL[number - FIRST]) {
            case F2XM1 -> X87Transcendental.exponential(st);
            case FYL2X -> X87Transcendental.logarithm(st);
            case FYL2XP1 -> X87Transcendental.logarithmPlus1(st);
            case FPATAN -> X87Trigonometry.arctangent(st);
            case FSIN -> X87Trigonometry.sine(st);
            case FCOS -> X87Trigonometry.cosine(st);
            case FSINCOS -> X87Trigonometry.sineCosine(st);
            case FPTAN -> X87Trigonometry.tangent(st);
            case FPREM -> X87Scaling.remainder(st, false);
            case FPREM1 -> X87Scaling.remainder(st, true);
            case FSCALE -> X87Scaling.scale(st);
            case FXTRACT -> X87Scaling.extract(st);
            case FBLD -> X87Environment.loadDecimal(st);
            case FBSTP -> X87Environment.storeDecimal(st);
            case FLDCW -> X87Environment.loadControl(st);
            case FNCLEX -> st.setStatus(st.status() & 0x7f00);
            case FNINIT -> X87Environment.initialize(st);
            case FNSTENV16 -> X87Environment.store(st, 2);
            case FNSTENV32 -> X87Environment.store(st, 4);
            case FLDENV16 -> X87Environment.load(st, 2);
            case FLDENV32 -> X87Environment.load(st, 4);
            case FNSAVE16 -> X87Environment.save(st, 2);
            case FNSAVE32 -> X87Environment.save(st, 4);
            case FRSTOR16 -> X87Environment.restore(st, 2);
            case FRSTOR32 -> X87Environment.restore(st, 4);
        }
        st.summarize();
    }
}
