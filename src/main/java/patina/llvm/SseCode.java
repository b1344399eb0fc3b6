package patina.llvm;

import static patina.llvm.Text.type;

import java.util.function.Function;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Floating point in F32 and F64: each operation is the host's own instruction, under the guest's MXCSR, which the host holds while native
 * code runs. As inline assembly with a side effect: LLVM would compute constants in its own way, exchange the operands that tell which of two NaNs
 * comes out, and leave out what only raises flags. Measured on nbody, it costs nothing.
 */
final class SseCode {
    /** Of each call: #0 touches no memory that LLVM knows of; #1 is pure. */
    static final String ATTRIBUTES = "attributes #0 = { nounwind willreturn memory(inaccessiblemem: readwrite) }\nattributes #1 = { nounwind willreturn memory(none) }\n";

    private static final Type F32X4 = new Type(Lane.F32, 4), F64X2 = new Type(Lane.F64, 2), I32X4 = new Type(Lane.I32, 4);

    private final Text text;
    private final Orders orders;

    SseCode(Text text, Orders orders) {
        this.text = text;
        this.orders = orders;
    }

    String lower(Value v, Function<Value, String> name) {
        String a = name.apply(v.a), b = v.b == null ? null : name.apply(v.b);
        return switch (v.op) {
            case FADD -> binary("add", v, a, b);
            case FSUB -> binary("sub", v, a, b);
            case FMUL -> binary("mul", v, a, b);
            case FDIV -> binary("div", v, a, b);
            case FMIN -> binary("min", v, a, b);
            case FMAX -> binary("max", v, a, b);
            case FSQRT -> unary("sqrt", "", v.type, a, "sideeffect ", "#0");
            case FRECIPROCAL -> unary("rcp", "", v.type, a, "", "#1");
            case FRECIPROCAL_ROOT -> unary("rsqrt", "", v.type, a, "", "#1");
            case FRINT -> round(v.type, a, (int) v.imm);
            case FEQ -> compare("cmpeq", v, a, b);
            case FLT -> compare("cmplt", v, a, b);
            case FLE -> compare("cmple", v, a, b);
            case FUNORDERED -> compare("cmpunord", v, a, b);
            case FCOMPARE -> orders.of(v, "comis" + letter(v.a.type.lane()), type(v.a.type), a, b);
            case FCOMPARE_QUIET -> orders.of(v, "ucomis" + letter(v.a.type.lane()), type(v.a.type), a, b);
            case SITOFP -> fromSigned(v.type, v.a.type, a);
            case FPCONV -> convert(v.type, v.a.type, a);
            case FPTOSI -> toSigned(v, a);
            default -> throw new IllegalStateException(v.op.name());
        };
    }

    private static char letter(Lane lane) { return lane == Lane.F32 ? 's' : 'd'; }

    private static String suffix(Type t) { return (t.isVector() ? "p" : "s") + letter(t.lane()); }

    /** One instruction: {@code template} with result $0, arguments from $1 on. */
    private String host(Type result, String template, String constraints, String arguments) {
        return host(type(result), template, constraints, arguments, "sideeffect ", "#0");
    }

    private String host(String result, String template, String constraints, String arguments, String effect, String attribute) {
        return text.let("call " + result + " asm " + effect + "\"" + template + "\", \"" + constraints + "\"(" + arguments + ") " + attribute);
    }

    // ---- two F32s of a whole register: the others are the same again, lest something else raises flags

    private static boolean isHalf(Type t) { return t.isVector() && t.bits() == 64; }

    private static Type whole(Type t) { return isHalf(t) ? new Type(t.lane(), 4) : t; }

    private String doubled(Type t, String a) {
        return isHalf(t) ? text.let("shufflevector " + type(t) + " " + a + ", " + type(t) + " poison, <4 x i32> <i32 0, i32 1, i32 0, i32 1>") : a;
    }

    /** The lanes of t from a register of four. */
    private String halved(Type t, String a) {
        return isHalf(t) ? text.let("shufflevector " + type(whole(t)) + " " + a + ", " + type(whole(t)) + " poison, <2 x i32> <i32 0, i32 1>") : a;
    }

    // ---- arithmetic

    private String binary(String stem, Value v, String a, String b) { return halved(v.type, binary(stem, whole(v.type), v.type, a, b)); }

    private String binary(String stem, Type result, Type t, String a, String b) {
        String of = type(whole(t));
        return host(result, stem + suffix(t) + " $2, $0", "=x,0,x", of + " " + doubled(t, a) + ", " + of + " " + doubled(t, b));
    }

    /** In place: a scalar instruction keeps the rest of its destination, and so would wait for whatever was there. */
    private String unary(String stem, String immediate, Type t, String a, String effect, String attribute) {
        String of = type(whole(t));
        return halved(t, host(of, stem + suffix(t) + " " + immediate + "$0, $0", "=x,0", of + " " + doubled(t, a), effect, attribute));
    }

    /** {@code mode} as FRINT has it, which is ROUNDSD's immediate. */
    private String round(Type t, String a, int mode) { return unary("round", "$$" + mode + ", ", t, a, "sideeffect ", "#0"); }

    // ---- comparisons

    private String compare(String stem, Value v, String a, String b) {
        Type t = v.a.type, mask = Text.integers(t);
        if (t.isVector()) return halved(mask, binary(stem, whole(mask), t, a, b));
        String bits = text.let("bitcast " + type(t) + " " + binary(stem, t, t, a, b) + " to " + type(mask));
        return v.type.equals(Type.I1) ? text.let("trunc " + type(mask) + " " + bits + " to i1") : bits;
    }

    // ---- conversions

    private String convert(Type to, Type from, String a) {
        if (!to.isVector()) {
            boolean narrows = to.lane() == Lane.F32;
            Type wide = narrows ? F64X2 : F32X4, result = narrows ? F32X4 : F64X2;
            String in = text.let("insertelement " + type(wide) + " poison, " + type(from) + " " + a + ", i32 0");
            String out = host(result, narrows ? "cvtsd2ss $0, $0" : "cvtss2sd $0, $0", "=x,0", type(wide) + " " + in);
            return text.let("extractelement " + type(result) + " " + out + ", i32 0");
        }
        if (to.lane() == Lane.F32) return halved(to, host(F32X4, "cvtpd2ps $1, $0", "=x,x", type(from) + " " + a));
        return host(F64X2, "cvtps2pd $1, $0", "=x,x", type(F32X4) + " " + doubled(from, a));
    }

    private String fromSigned(Type to, Type from, String a) {
        Type source = from.lane().bits() < 32 ? new Type(Lane.I32, from.lanes()) : from;
        if (!source.equals(from)) a = text.let("sext " + type(from) + " " + a + " to " + type(source));
        if (!to.isVector()) return scalarFromSigned(to, source, a);
        if (source.lane() == Lane.I64) return lanewise(to, source, a, (_, lane) -> scalarFromSigned(new Type(to.lane(), 1), Type.I64, lane));
        if (to.lane() == Lane.F64) return host(F64X2, "cvtdq2pd $1, $0", "=x,x", type(I32X4) + " " + doubled(source, a));
        return halved(to, host(F32X4, "cvtdq2ps $1, $0", "=x,x", type(I32X4) + " " + doubled(source, a)));
    }

    private String scalarFromSigned(Type to, Type from, String a) {
        String insn = "cvtsi2s" + letter(to.lane()) + (from.lane() == Lane.I64 ? "q" : "l");
        return host(to, "xorps $0, $0\\0A" + insn + " $1, $0", "=x,r", type(from) + " " + a);
    }

    /** The instructions round as MXCSR says or to zero; what does not fit becomes the lane's minimum. */
    private String toSigned(Value v, String a) {
        Rounding mode = Rounding.of(v.imm);
        Type from = v.a.type, to = v.type;
        if (mode != Rounding.ZERO && mode != Rounding.CURRENT) {
            a = round(from, a, mode.ordinal());
            mode = Rounding.ZERO;
        }
        String stem = mode == Rounding.ZERO ? "cvtt" : "cvt";
        if (!to.isVector()) return scalarToSigned(to, from, a, stem);
        if (to.lane() != Lane.I32) return lanewise(to, from, a, (_, lane) -> scalarToSigned(new Type(to.lane(), 1), new Type(from.lane(), 1), lane, stem));
        return halved(to, host(I32X4, stem + "p" + letter(from.lane()) + "2dq $1, $0", "=x,x", type(whole(from)) + " " + doubled(from, a)));
    }

    private String scalarToSigned(Type to, Type from, String a, String stem) {
        boolean wide = to.lane() == Lane.I64;
        String insn = stem + "s" + letter(from.lane()) + "2si" + (wide ? "q" : "l");
        String whole = host(wide ? Type.I64 : Type.I32, insn + " $1, $0", "=r,x", type(from) + " " + a);
        if (to.lane().bits() >= 32) return whole;
        String low = text.let("trunc i32 " + whole + " to " + type(to));
        String same = text.let("icmp eq i32 " + text.let("sext " + type(to) + " " + low + " to i32") + ", " + whole);
        return text.let("select i1 " + same + ", " + type(to) + " " + low + ", " + type(to) + " " + to.lane().min());
    }

    private interface Each { String apply(int i, String lane); }

    private String lanewise(Type to, Type from, String a, Each each) {
        String result = "poison";
        for (int i = 0; i < from.lanes(); i++) {
            String lane = each.apply(i, text.let("extractelement " + type(from) + " " + a + ", i32 " + i));
            result = text.let("insertelement " + type(to) + " " + result + ", " + type(to.lane()) + " " + lane + ", i32 " + i);
        }
        return result;
    }
}
