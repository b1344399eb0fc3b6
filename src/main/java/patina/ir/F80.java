package patina.ir;

import patina.ir.Extended.Control;

/**
 * Operations on F80 values in a frame: two longs each, the 64-bit significand with its explicit integer bit, then sign (bit 15) and
 * biased exponent (bits 0-14). What they mean is in {@link Extended} and {@link ExtendedConvert}; precision is 64 bits, rounding nearest.
 */
final class F80 {
    private F80() {}

    /** Computes an operation whose result or first argument is F80. */
    static void apply(Value v, long[] f) {
        int at = v.frame, a = v.a.frame;
        switch (v.op) {
            case SELECT -> System.arraycopy(f, f[a] != 0 ? v.b.frame : v.c.frame, f, at, 2);
            case F80_PACK -> Extended.put(f, at, f[a], (int) f[v.b.frame]);
            case SITOFP -> ExtendedConvert.fromSigned(f, at, v.a.type.lane().signed(f[a]));
            case FPCONV -> {
                if (v.a.type.lane() != Lane.F80) ExtendedConvert.widen(f, at, f[a], v.a.type.lane());
                else f[at] = ExtendedConvert.narrow(f[a], (int) f[a + 1], v.type.lane(), Rounding.NEAREST);
            }
            default -> {
                if (v.b == null) unary(v, f, at, f[a], (int) f[a + 1]);
                else binary(v, f, at, f[a], (int) f[a + 1], f[v.b.frame], (int) f[v.b.frame + 1]);
            }
        }
    }

    private static void unary(Value v, long[] f, int at, long sig, int se) {
        switch (v.op) {
            case FSQRT -> Extended.sqrt(f, at, sig, se, Control.DEFAULT);
            case FRINT -> ExtendedConvert.rint(f, at, sig, se, Rounding.of(v.imm));
            case FNEG -> Extended.put(f, at, sig, se ^ Extended.SIGN);
            case FABS -> Extended.put(f, at, sig, se & ~Extended.SIGN);
            case FPTOSI -> f[at] = ExtendedConvert.toSigned(sig, se, v.type.lane(), Rounding.of(v.imm));
            case F80_SIGNIFICAND -> f[at] = sig;
            case F80_EXPONENT -> f[at] = se;
            default -> throw new IllegalStateException(v.op + " is not an operation on f80");
        }
    }

    private static void binary(Value v, long[] f, int at, long as, int ae, long bs, int be) {
        switch (v.op) {
            case FADD -> Extended.add(f, at, as, ae, bs, be, Control.DEFAULT);
            case FSUB -> Extended.sub(f, at, as, ae, bs, be, Control.DEFAULT);
            case FMUL -> Extended.mul(f, at, as, ae, bs, be, Control.DEFAULT);
            case FDIV -> Extended.div(f, at, as, ae, bs, be, Control.DEFAULT);
            case FEQ -> f[at] = Extended.compare(as, ae, bs, be) == 0 ? 1 : 0;
            case FLT -> f[at] = Extended.compare(as, ae, bs, be) == -1 ? 1 : 0;
            case FLE -> f[at] = Extended.compare(as, ae, bs, be) <= 0 ? 1 : 0;
            case FUNORDERED -> f[at] = Extended.compare(as, ae, bs, be) == Extended.UNORDERED ? 1 : 0;
            default -> throw new IllegalStateException(v.op + " is not an operation on f80");
        }
    }
}
