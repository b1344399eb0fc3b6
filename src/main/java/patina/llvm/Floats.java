package patina.llvm;

import static patina.llvm.Text.type;

import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Rounding to integers. LLVM's own fptosi leaves what does not fit undefined; the x86 host's instructions give the "integer
 * indefinite" that the IR wants, and round as the host's MXCSR says, which holds the guest's mode while native code runs.
 */
final class Floats {
    private static final Type F32X4 = new Type(Lane.F32, 4), F64X2 = new Type(Lane.F64, 2), I32X4 = new Type(Lane.I32, 4);

    private final Text text;

    Floats(Text text) { this.text = text; }

    /** x87 has instructions for truncation and for the current mode only. */
    static boolean isLowerable(Value v) {
        if (v.a.type.lane() != Lane.F80) return true;
        Rounding mode = Rounding.of(v.imm);
        return v.op == Op.FRINT ? mode == Rounding.CURRENT
                : (mode == Rounding.CURRENT || mode == Rounding.ZERO) && v.type.lane().bits() >= 16;
    }

    String round(Value v, String a) {
        if (v.type.lane() == Lane.F80) return text.let("call x86_fp80 asm sideeffect \"frndint\", \"={st},0\"(x86_fp80 " + a + ")");
        return round(v.type, a, Rounding.of(v.imm));
    }

    private String round(Type t, String a, Rounding mode) {
        String name = switch (mode) {
            case NEAREST -> "roundeven";
            case DOWN -> "floor";
            case UP -> "ceil";
            case ZERO -> "trunc";
            case CURRENT -> "rint";
        };
        return text.let("call " + type(t) + " @llvm." + name + "." + Operations.mangled(t) + "(" + type(t) + " " + a + ")");
    }

    String toSigned(Value v, String a) {
        Rounding mode = Rounding.of(v.imm);
        Type from = v.a.type;
        if (from.lane() == Lane.F80) return x87ToSigned(v.type, a, mode);
        if (mode != Rounding.ZERO && mode != Rounding.CURRENT) {
            a = round(from, a, mode);
            mode = Rounding.ZERO;
        }
        String kind = mode == Rounding.ZERO ? "cvtt" : "cvt";
        if (v.type.lane() == Lane.I32 && from.isVector()) {
            if (from.lane() == Lane.F32) return pieces(v.type, from, a, F32X4, "@llvm.x86.sse2." + kind + "ps2dq", 4);
            return pieces(v.type, from, a, F64X2, "@llvm.x86.sse2." + kind + "pd2dq", 2);
        }
        return lanewise(v.type, from, a, kind);
    }

    /** Converts {@code step} lanes at a time by an intrinsic that takes {@code whole} and gives four I32. */
    private String pieces(Type to, Type from, String a, Type whole, String intrinsic, int step) {
        String result = "poison";
        for (int at = 0; at < from.lanes(); at += step) {
            String piece = from.equals(whole) ? a : text.let("shufflevector " + type(from) + " " + a + ", " + type(from)
                    + " zeroinitializer, <" + step + " x i32> " + mask(step, at, from.lanes()));
            String four = text.let("call <4 x i32> " + intrinsic + "(" + type(whole) + " " + piece + ")");
            if (to.equals(I32X4) && step == 4) return four;
            for (int i = at; i < Math.min(at + step, to.lanes()); i++) {
                String lane = text.let("extractelement <4 x i32> " + four + ", i32 " + (i - at));
                result = text.let("insertelement " + type(to) + " " + result + ", i32 " + lane + ", i32 " + i);
            }
        }
        return result;
    }

    /** Lanes at, at + 1, …; beyond the last, a lane of the second (zero) operand. */
    private static String mask(int count, int at, int lanes) {
        StringBuilder s = new StringBuilder("<");
        for (int i = 0; i < count; i++) s.append(i == 0 ? "" : ", ").append("i32 ").append(Math.min(at + i, lanes));
        return s.append('>').toString();
    }

    private String lanewise(Type to, Type from, String a, String kind) {
        if (!from.isVector()) return scalar(to.lane(), from.lane(), a, kind);
        String result = "poison";
        for (int i = 0; i < from.lanes(); i++) {
            String lane = text.let("extractelement " + type(from) + " " + a + ", i32 " + i);
            result = text.let("insertelement " + type(to) + " " + result + ", " + type(to.lane()) + " " + scalar(to.lane(), from.lane(), lane, kind) + ", i32 " + i);
        }
        return result;
    }

    private String scalar(Lane to, Lane from, String a, String kind) {
        Type vector = from == Lane.F32 ? F32X4 : F64X2;
        String in = text.let("insertelement " + type(vector) + " zeroinitializer, " + type(from) + " " + a + ", i32 0");
        String name = (from == Lane.F32 ? "sse." + kind + "ss2si" : "sse2." + kind + "sd2si") + (to == Lane.I64 ? "64" : "");
        String wide = to == Lane.I64 ? "i64" : "i32";
        String whole = text.let("call " + wide + " @llvm.x86." + name + "(" + type(vector) + " " + in + ")");
        return to.bits() >= 32 ? whole : narrow(to, whole);
    }

    /** What does not fit becomes the lane's minimum. */
    private String narrow(Lane to, String whole) {
        String low = text.let("trunc i32 " + whole + " to " + type(to));
        String back = text.let("sext " + type(to) + " " + low + " to i32");
        return text.let("select i1 " + text.let("icmp eq i32 " + back + ", " + whole) + ", " + type(to) + " " + low + ", " + type(to) + " " + to.min());
    }

    /** FISTP and FISTTP, through memory. */
    private String x87ToSigned(Type to, String a, Rounding mode) {
        String suffix = switch (to.lane()) { case I16 -> "s"; case I32 -> "l"; default -> "ll"; };
        String t = type(to);
        text.line("call void asm sideeffect \"" + (mode == Rounding.ZERO ? "fisttp" : "fistp") + suffix
                + " $0\", \"=*m,{st},~{st}\"(ptr elementtype(" + t + ") %x87, x86_fp80 " + a + ")");
        return text.let("load " + t + ", ptr %x87");
    }
}
