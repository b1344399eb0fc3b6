package patina.ir;

/**
 * Operations on F80 values in a frame: two longs each, the 64-bit significand with its explicit integer bit, then sign (bit 15) and
 * biased exponent (bits 0-14). What they mean is in {@link Extended} and {@link ExtendedConvert}.
 */
final class F80 {
    private F80() {}

    /** Computes an operation whose result or first argument is F80. */
    static void apply(Value v, long[] f, Environment e) {
        int at = v.frame, a = v.a.frame;
        switch (v.op) {
            case SELECT -> System.arraycopy(f, f[a] != 0 ? v.b.frame : v.c.frame, f, at, 2);
            case F80_PACK -> Extended.put(f, at, f[a], (int) f[v.b.frame]);
            case SITOFP -> ExtendedConvert.fromSigned(f, at, v.a.type.lane().signed(f[a]));
            case FPCONV -> {
                if (v.a.type.lane() != Lane.F80) widen(v, f, at, f[a], e.extended);
                else f[at] = ExtendedConvert.narrow(f[a], (int) f[a + 1], v.type.lane(), e.extended);
            }
            case F80_SIGNIFICAND -> f[at] = f[a];
            case F80_EXPONENT -> f[at] = f[a + 1];
            case FNEG -> Extended.put(f, at, f[a], (int) f[a + 1] ^ Extended.SIGN);
            case FABS -> Extended.put(f, at, f[a], (int) f[a + 1] & ~Extended.SIGN);
            default -> {
                if (v.b == null) unary(v, f, at, f[a], (int) f[a + 1], e.extended);
                else binary(v, f, at, f[a], (int) f[a + 1], f[v.b.frame], (int) f[v.b.frame + 1], e.extended);
            }
        }
    }

    private static void widen(Value v, long[] f, int at, long bits, FloatUnit u) {
        Lane from = v.a.type.lane();
        ExtendedConvert.widen(f, at, bits, from);
        if (v.imm != 0) return;
        if (Fp.isDenormal(bits, from)) u.raise(FloatUnit.DENORMAL);
        if (!Fp.isNaN(bits, from) || Fp.quiet(bits, from) == bits) return;
        u.raise(FloatUnit.INVALID);
        f[at] |= Extended.QUIET;
    }

    private static void unary(Value v, long[] f, int at, long sig, int se, FloatUnit u) {
        int before = u.begin();
        switch (v.op) {
            case FSQRT -> Extended.sqrt(f, at, sig, se, Format.EXTENDED, u);
            case FRINT -> ExtendedConvert.rint(f, at, sig, se, Rounding.of(v.imm), false, u);
            case FPTOSI -> f[at] = ExtendedConvert.toSigned(sig, se, v.type.lane(), Rounding.of(v.imm), u);
            default -> throw new IllegalStateException(v.op + " is not an operation on f80");
        }
        u.end(before, v.op != Op.FPTOSI && Extended.isDenormal(sig, se));
    }

    private static void binary(Value v, long[] f, int at, long as, int ae, long bs, int be, FloatUnit u) {
        int before = u.begin();
        boolean number = !Extended.isNaN(as, ae) && !Extended.isNaN(bs, be);
        switch (v.op) {
            case FADD, FSUB, FMUL, FDIV -> Extended.arithmetic(v.op, f, at, as, ae, bs, be, Format.EXTENDED, u);
            case FCOMPARE -> f[at] = order(as, ae, bs, be, true, u);
            case FCOMPARE_QUIET -> f[at] = order(as, ae, bs, be, false, u);
            default -> throw new IllegalStateException(v.op + " is not an operation on f80");
        }
        u.end(before, number && (Extended.isDenormal(as, ae) || Extended.isDenormal(bs, be) || wasDenormal(v.a, f) || wasDenormal(v.b, f)));
    }

    /** A memory operand that was denormal before it was widened. */
    private static boolean wasDenormal(Value v, long[] f) {
        return v.op == Op.FPCONV && v.imm != 0 && Fp.isDenormal(f[v.a.frame], v.a.type.lane());
    }

    private static long order(long as, int ae, long bs, int be, boolean signals, FloatUnit u) {
        int order = Extended.compare(as, ae, bs, be);
        if (order == Extended.UNORDERED && (signals || Extended.isSignalling(as, ae) || Extended.isSignalling(bs, be))) u.raise(FloatUnit.INVALID);
        return switch (order) { case -1 -> Fp.LESS; case 0 -> Fp.EQUAL; case 1 -> Fp.GREATER; default -> Fp.UNORDERED; };
    }
}
