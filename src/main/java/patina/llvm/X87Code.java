package patina.llvm;

import static patina.llvm.Text.type;

import java.util.function.Function;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Rounding;
import patina.ir.Type;
import patina.ir.Value;

/** Floating point in F80, for the reasons of {@link SseCode}: the x87's own instructions, under the guest's control word. F32, F64 and integers go through memory. */
final class X87Code {
    private final Text text;

    X87Code(Text text) { this.text = text; }

    /** There are instructions for truncation and for the current mode only. */
    static boolean isLowerable(Value v) {
        Rounding mode = Rounding.of(v.imm);
        return v.op == Op.FRINT ? mode == Rounding.CURRENT
                : (mode == Rounding.CURRENT || mode == Rounding.ZERO) && v.type.lane().bits() >= 16;
    }

    String lower(Value v, Function<Value, String> name) {
        return switch (v.op) {
            case FADD -> binary(v, "faddp", "fadd", "fadd", name);
            case FSUB -> binary(v, "fsubp", "fsub", "fsubr", name);
            case FMUL -> binary(v, "fmulp", "fmul", "fmul", name);
            case FDIV -> binary(v, "fdivp", "fdiv", "fdivr", name);
            case FSQRT -> unary("fsqrt", name.apply(v.a));
            case FRINT -> unary("frndint", name.apply(v.a));
            case FPTOSI -> toSigned(v.type, name.apply(v.a), Rounding.of(v.imm) == Rounding.ZERO ? "fisttp" : "fistp");
            case SITOFP -> text.let("sitofp " + type(v.a.type) + " " + name.apply(v.a) + " to x86_fp80");   // exact: nothing is raised
            case FPCONV -> v.imm != 0 ? null : v.a.type.lane() == Lane.F80 ? narrow(v.type, name.apply(v.a)) : widen(v.a.type, name.apply(v.a));
            case FCOMPARE -> order("fcomi", v, name);
            case FCOMPARE_QUIET -> order("fucomi", v, name);
            case F80_RAISED -> text.let("and i16 " + text.let("call i16 asm sideeffect \"fnstsw $0\", \"={ax}\"() #0") + ", 63");
            default -> throw new IllegalStateException(v.op + " of F80");
        };
    }

    private String unary(String insn, String a) { return text.let("call x86_fp80 asm sideeffect \"" + insn + "\", \"={st},0\"(x86_fp80 " + a + ") #0"); }

    /** {@code insn} on two registers in Intel's syntax, which AT&T's has the wrong way round; or on one and memory. */
    private String binary(Value v, String insn, String withMemory, String reversed, Function<Value, String> name) {
        if (isMemory(v.b)) return withMemory(withMemory, name.apply(v.a), v.b.a, name);
        if (isMemory(v.a)) return withMemory(reversed, name.apply(v.b), v.a.a, name);
        return text.let("call x86_fp80 asm sideeffect inteldialect \"" + insn + " st(1), st\", \"={st},{st(1)},0,~{st(1)}\"(x86_fp80 "
                + name.apply(v.a) + ", x86_fp80 " + name.apply(v.b) + ") #0");
    }

    private static boolean isMemory(Value v) { return v.op == Op.FPCONV && v.imm != 0; }

    private String withMemory(String insn, String a, Value memory, Function<Value, String> name) {
        put(memory.type, name.apply(memory));
        return text.let("call x86_fp80 asm sideeffect \"" + insn + size(memory.type) + " $2\", \"={st},0,*m\"(x86_fp80 " + a
                + ", ptr elementtype(" + type(memory.type) + ") %x87)");
    }

    private void put(Type t, String a) { text.line("store " + type(t) + " " + a + ", ptr %x87"); }

    private static char size(Type t) { return t.lane() == Lane.F32 ? 's' : 'l'; }

    private String widen(Type from, String a) {
        put(from, a);
        return text.let("call x86_fp80 asm sideeffect \"fld" + size(from) + " $1\", \"={st},*m\"(ptr elementtype(" + type(from) + ") %x87)");
    }

    private String narrow(Type to, String a) { return store("fstp" + size(to), to, a); }

    private String toSigned(Type to, String a, String insn) {
        return store(insn + switch (to.lane()) { case I16 -> "s"; case I32 -> "l"; default -> "ll"; }, to, a);
    }

    /** Waited for: an exception that is not masked comes here, before memory that was not written is read. */
    private String store(String insn, Type to, String a) {
        text.line("call void asm sideeffect \"" + insn + " $0\\0Afwait\", \"=*m,{st},~{st}\"(ptr elementtype(" + type(to) + ") %x87, x86_fp80 " + a + ")");
        return text.let("load " + type(to) + ", ptr %x87");
    }

    /** ZF PF CF, or C3 C2 C0, by way of AH. */
    private String order(String insn, Value v, Function<Value, String> name) {
        String ax, a = "x86_fp80 " + name.apply(v.a);
        if (isMemory(v.b)) {
            if (v.op != Op.FCOMPARE) throw new IllegalStateException("FUCOM with memory");
            Type from = v.b.a.type;
            put(from, name.apply(v.b.a));
            ax = text.let("call i16 asm sideeffect \"fcom" + size(from) + " $2\\0Afnstsw $0\", \"={ax},{st},*m\"(" + a + ", ptr elementtype(" + type(from) + ") %x87)");
        } else {
            ax = text.let("call i16 asm sideeffect inteldialect \"" + insn + " st, st(1)\\0Alahf\", \"={ax},{st},{st(1)},~{flags}\"(" + a
                    + ", x86_fp80 " + name.apply(v.b) + ") #0");
        }
        return text.let("and i8 " + text.let("trunc i16 " + text.let("lshr i16 " + ax + ", 8") + " to i8") + ", 69");
    }
}
