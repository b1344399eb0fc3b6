package patina.llvm;

import static patina.llvm.Text.integers;
import static patina.llvm.Text.type;

import java.util.IdentityHashMap;
import java.util.Map;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.StateLayout;
import patina.ir.Type;
import patina.ir.Value;

/**
 * One IR operation after another as LLVM IR: the exhaustive switch. Values of a block by name; I1 is LLVM's i1, masks are integer lanes.
 * Never emits what LLVM would turn into a library call.
 */
final class Operations {
    private final Text text;
    private final Cells cells;
    private final Options options;
    private final Orders orders;
    private final SseCode sse;
    private final X87Code x87;
    private final Map<Value, String> names = new IdentityHashMap<>();
    /** The last wide division, whose instruction yields quotient and remainder together. */
    private Value divided;
    private String division;

    Operations(Text text, Cells cells, Options options) {
        this.text = text;
        this.cells = cells;
        this.options = options;
        orders = new Orders(text);
        sse = new SseCode(text, orders);
        x87 = new X87Code(text);
    }

    /** False: the block is for the interpreter. */
    static boolean isLowerable(Value v) {
        return switch (v.op) {
            case FPTOSI, FRINT -> v.a.type.lane() != Lane.F80 || X87Code.isLowerable(v);
            default -> true;
        };
    }

    void startBlock() {
        names.clear();
        orders.startBlock();
        divided = null;
    }

    void lower(Value v) {
        String name = emit(v);
        if (name != null) names.put(v, name);
    }

    String name(Value v) {
        String name = names.get(v);
        if (name == null) throw new IllegalStateException(v.op + " is used before it is computed");
        return name;
    }

    /** A guest address from the code: image-relative, plus the bias unless the image never moves. */
    String address(long pc) {
        if (options.fixed()) return Long.toString(pc);
        String bias = text.let("load i64, ptr @" + ElfObject.BIAS + Text.INVARIANT);
        return text.let("add i64 " + bias + ", " + pc);
    }

    /**
     * A new low byte or word in an old register. LLVM 20 makes such a load one into part of the register, and then twice goes wrong: X86FixupBWInsts
     * widens it to a MOVZX where the address is in that register too, and register coalescing takes the upper part from a sign-extended copy of the
     * old value. A freeze is enough to keep it from folding the load.
     */
    private static boolean isMerge(Value v) {
        if (v.type.isVector() || v.a.op != Op.AND || v.a.b.op != Op.CONST || v.b.op == Op.CONST) return false;
        long kept = v.a.b.imm, all = v.type.lane().wrap(-1);
        return (kept & 0xff) == 0 && (kept | 0xffff) == all;
    }

    private String emit(Value v) {
        Type t = v.type;
        return switch (v.op) {
            case CONST -> constant(t, v.imm);
            case ZERO -> t.isVector() ? "zeroinitializer" : constant(t, 0);
            case ADDRESS -> address(v.imm);

            case ADD -> integer("add", v);
            case SUB -> integer("sub", v);
            case MUL -> integer("mul", v);
            case AND -> integer("and", v);
            case OR -> isMerge(v) ? text.let("or " + type(t) + " " + name(v.a) + ", " + text.let("freeze " + typed(v.b))) : integer("or", v);
            case XOR -> integer("xor", v);
            case UDIV -> integer("udiv", v);
            case UREM -> integer("urem", v);
            case SDIV -> integer("sdiv", v);
            case SREM -> integer("srem", v);
            case SHL -> shift("shl", v);
            case LSHR -> shift("lshr", v);
            case ASHR -> shift("ashr", v);
            case ROTL -> rotate("llvm.fshl", v);
            case ROTR -> rotate("llvm.fshr", v);
            case UMULH -> high("zext", v);
            case SMULH -> high("sext", v);
            case UDIV_WIDE -> divideWide(0, v);
            case UREM_WIDE -> divideWide(1, v);
            case NOT -> cast(text.let("xor " + type(integers(t)) + " " + arg(v.a, integers(t)) + ", " + splat(integers(t), -1)), integers(t), t);
            case NEG -> text.let("sub " + type(t) + " " + splat(t, 0) + ", " + arg(v.a, t));
            case ABS -> intrinsic("llvm.abs", t, arg(v.a, t), "i1 false");
            case CLZ -> intrinsic("llvm.ctlz", t, arg(v.a, t), "i1 false");
            case CTZ -> intrinsic("llvm.cttz", t, arg(v.a, t), "i1 false");
            case POPCNT -> intrinsic("llvm.ctpop", t, arg(v.a, t));
            case BSWAP -> t.lane() == Lane.I8 ? arg(v.a, t) : intrinsic("llvm.bswap", t, arg(v.a, t));
            case SMIN -> binaryIntrinsic("llvm.smin", v);
            case SMAX -> binaryIntrinsic("llvm.smax", v);
            case UMIN -> binaryIntrinsic("llvm.umin", v);
            case UMAX -> binaryIntrinsic("llvm.umax", v);
            case SADD_SAT -> binaryIntrinsic("llvm.sadd.sat", v);
            case SSUB_SAT -> binaryIntrinsic("llvm.ssub.sat", v);
            case UADD_SAT -> binaryIntrinsic("llvm.uadd.sat", v);
            case USUB_SAT -> binaryIntrinsic("llvm.usub.sat", v);
            case UAVG -> average(v);

            case EQ -> compare("icmp eq", v);
            case NE -> orders.bit(v) instanceof String bit ? bit : compare("icmp ne", v);
            case ULT -> compare("icmp ult", v);
            case ULE -> compare("icmp ule", v);
            case SLT -> compare("icmp slt", v);
            case SLE -> compare("icmp sle", v);
            case SADD_OVERFLOW -> overflow("llvm.sadd.with.overflow", v);
            case SSUB_OVERFLOW -> overflow("llvm.ssub.with.overflow", v);
            case SMUL_OVERFLOW -> overflow("llvm.smul.with.overflow", v);
            case FEQ, FLT, FLE, FUNORDERED, FCOMPARE, FCOMPARE_QUIET, FADD, FSUB, FMUL, FDIV, FSQRT, FMIN, FMAX, FRINT, SITOFP, FPTOSI, FPCONV,
                    FRECIPROCAL, FRECIPROCAL_ROOT, F80_RAISED -> v.type.lane() == Lane.F80 || v.a == null || v.a.type.lane() == Lane.F80
                    ? x87.lower(v, this::name) : sse.lower(v, this::name);
            case SELECT -> select(v);

            case ZEXT -> convert("zext", v);
            case SEXT -> convert("sext", v);
            case TRUNC -> orders.bit(v) instanceof String bit ? bit : convert("trunc", v);
            case TRUNC_SSAT -> saturate(v, t.lane().min(), t.lane().max());
            case TRUNC_USAT -> saturate(v, 0, t.lane().wrap(-1));
            case BITCAST -> cast(name(v.a), v.a.type, t);

            case FNEG -> text.let("fneg " + typed(v.a));
            case FABS -> intrinsic("llvm.fabs", t, name(v.a));
            case F80_PACK -> {
                String low = text.let("zext i64 " + name(v.a) + " to i80"), high = text.let("zext i16 " + name(v.b) + " to i80");
                String bits = text.let("or i80 " + text.let("shl i80 " + high + ", 64") + ", " + low);
                yield text.let("bitcast i80 " + bits + " to x86_fp80");
            }
            case F80_SIGNIFICAND -> text.let("trunc i80 " + text.let("bitcast " + typed(v.a) + " to i80") + " to i64");
            case F80_EXPONENT -> text.let("trunc i80 " + text.let("lshr i80 " + text.let("bitcast " + typed(v.a) + " to i80") + ", 64") + " to i16");

            case EXTRACT -> v.a.type.isVector() ? text.let("extractelement " + typed(v.a) + ", i32 " + v.imm) : name(v.a);
            case INSERT -> t.isVector() ? text.let("insertelement " + typed(v.a) + ", " + typed(v.b) + ", i32 " + v.imm) : name(v.b);
            case SPLAT -> arg(v.a, t);
            case SHUFFLE -> shuffle(v);
            case PERMUTE_BYTES -> permuteBytes(v);
            case MOVEMASK -> moveMask(v);
            case SAD -> absoluteDifferences(v);

            case GET -> get(v);
            case SET -> { set(v); yield null; }
            case GETX -> text.loadAs(t, indexed(v), volatility(options.precise()), "");
            case SETX -> { text.storeAs(v.b.type, name(v.b), indexed(v), volatility(options.precise())); yield null; }

            case LOAD -> text.let("load " + volatility(isOrdered()) + type(t) + ", " + guest(v.a) + ", align " + Math.max(1, v.imm));
            case STORE -> {
                text.line("store " + volatility(isOrdered()) + typed(v.b) + ", " + guest(v.a) + ", align " + Math.max(1, v.imm));
                yield null;
            }
            case ATOMIC_ADD -> atomic("add", v);
            case ATOMIC_SUB -> atomic("sub", v);
            case ATOMIC_AND -> atomic("and", v);
            case ATOMIC_OR -> atomic("or", v);
            case ATOMIC_XOR -> atomic("xor", v);
            case ATOMIC_XCHG -> atomic("xchg", v);
            case CMPXCHG -> compareExchange(v);
            case FENCE -> { text.line("fence seq_cst"); yield null; }

            case TRAP_IF, EXIT_IF -> throw new IllegalStateException(v.op + " is control");
        };
    }

    // ---- arguments

    private String typed(Value v) { return type(v.type) + " " + name(v); }

    /** The argument as type t: the same bits under another lane, or a scalar for every lane. */
    private String arg(Value v, Type t) {
        if (v.type.lanes() == 1 && t.isVector()) {
            Type lane = new Type(t.lane(), 1);
            String one = text.let("insertelement " + type(t) + " poison, " + type(lane) + " " + cast(name(v), v.type, lane) + ", i32 0");
            return text.let("shufflevector " + type(t) + " " + one + ", " + type(t) + " poison, <" + t.lanes() + " x i32> zeroinitializer");
        }
        return cast(name(v), v.type, t);
    }

    private String cast(String value, Type from, Type to) {
        return from.equals(to) ? value : text.let("bitcast " + type(from) + " " + value + " to " + type(to));
    }

    /** A constant as {@link patina.ir.Evaluate} has it: the low 64 bits are {@code imm}. */
    private static String constant(Type t, long imm) {
        if (t.lane() == Lane.F80) return "0xK0000" + "%016x".formatted(imm);
        if (!t.isVector() && !t.lane().isFloat()) return Long.toString(t.lane().signed(imm));
        String bits = t.bits() > 64 ? Long.toUnsignedString(imm) : Long.toString(imm);
        return "bitcast (i" + t.bits() + " " + bits + " to " + type(t) + ")";
    }

    private static String splat(Type t, long value) {
        return t.isVector() ? "splat (" + type(t.lane()) + " " + value + ")" : Long.toString(value);
    }

    // ---- integers

    private String integer(String op, Value v) {
        Type t = integers(v.type);
        return cast(text.let(op + " " + type(t) + " " + arg(v.a, t) + ", " + arg(v.b, t)), t, v.type);
    }

    private String shift(String op, Value v) {
        Type t = v.type;
        String by = text.let("and " + type(t) + " " + arg(v.b, t) + ", " + splat(t, t.lane().bits() - 1));
        return text.let(op + " " + type(t) + " " + arg(v.a, t) + ", " + by);
    }

    private String rotate(String name, Value v) {
        String a = arg(v.a, v.type);
        return intrinsic(name, v.type, a, type(v.type) + " " + a, type(v.type) + " " + arg(v.b, v.type));
    }

    /** The upper half of a product. */
    private String high(String extend, Value v) {
        Type t = v.type;
        String wide = wide(t, 2 * t.lane().bits());
        String product = text.let("mul " + wide + " " + extended(extend, v.a, t, wide) + ", " + extended(extend, v.b, t, wide));
        String high = text.let("lshr " + wide + " " + product + ", " + splatText(t, 2 * t.lane().bits(), t.lane().bits()));
        return text.let("trunc " + wide + " " + high + " to " + type(t));
    }

    private String average(Value v) {
        Type t = v.type;
        int bits = 2 * t.lane().bits();
        String wide = wide(t, bits);
        String sum = text.let("add " + wide + " " + extended("zext", v.a, t, wide) + ", " + extended("zext", v.b, t, wide));
        String up = text.let("add " + wide + " " + sum + ", " + splatText(t, bits, 1));
        return text.let("trunc " + wide + " " + text.let("lshr " + wide + " " + up + ", " + splatText(t, bits, 1)) + " to " + type(t));
    }

    private String extended(String op, Value v, Type t, String wide) { return text.let(op + " " + type(t) + " " + arg(v, t) + " to " + wide); }

    private static String wide(Type t, int bits) { return t.isVector() ? "<" + t.lanes() + " x i" + bits + ">" : "i" + bits; }

    private static String splatText(Type t, int bits, long value) { return t.isVector() ? "splat (i" + bits + " " + value + ")" : Long.toString(value); }

    /** DIV of 128 by 64 bits: LLVM would call a library. A side effect, lest it be hoisted above the test for zero. */
    private String divideWide(int part, Value v) {
        boolean same = divided != null && divided.a == v.a && divided.b == v.b && divided.c == v.c;
        if (!same) {
            division = text.let("call {i64, i64} asm sideeffect \"divq $4\", \"={ax},={dx},0,1,r,~{flags}\"(i64 "
                    + name(v.b) + ", i64 " + name(v.a) + ", i64 " + name(v.c) + ")");
            divided = v;
        }
        return text.let("extractvalue {i64, i64} " + division + ", " + part);
    }

    /** A call of an intrinsic overloaded on t, whose first argument has type t. */
    private String intrinsic(String name, Type t, String first, String... more) {
        StringBuilder call = new StringBuilder("call " + type(t) + " @" + name + "." + mangled(t) + "(" + type(t) + " " + first);
        for (String m : more) call.append(", ").append(m);
        return text.let(call.append(')').toString());
    }

    static String mangled(Type t) {
        String lane = t.lane().isFloat() ? "f" + t.lane().bits() : "i" + t.lane().bits();
        return t.isVector() ? "v" + t.lanes() + lane : lane;
    }

    private String binaryIntrinsic(String name, Value v) {
        return intrinsic(name, v.type, arg(v.a, v.type), type(v.type) + " " + arg(v.b, v.type));
    }

    // ---- comparisons and conversions

    private String compare(String op, Value v) {
        Type t = integers(v.a.type);
        return truth(v, text.let(op + " " + type(t) + " " + arg(v.a, t) + ", " + arg(v.b, t)));
    }

    private String overflow(String name, Value v) {
        Type t = v.a.type;
        String pair = "{" + type(t) + ", " + bits(t) + "}";
        String both = text.let("call " + pair + " @" + name + "." + mangled(t) + "(" + type(t) + " " + arg(v.a, t) + ", " + type(t) + " " + arg(v.b, t) + ")");
        return truth(v, text.let("extractvalue " + pair + " " + both + ", 1"));
    }

    private static String bits(Type t) { return wide(t, 1); }

    /** i1 of a scalar comparison; for vectors the mask of whole lanes. */
    private String truth(Value v, String bit) {
        return v.type.isVector() ? text.let("sext " + bits(v.type) + " " + bit + " to " + type(v.type)) : bit;
    }

    private String select(Value v) {
        Type mask = integers(v.a.type);
        String which = v.a.type.isVector()
                ? bits(mask) + " " + text.let("icmp slt " + type(mask) + " " + arg(v.a, mask) + ", zeroinitializer") : "i1 " + name(v.a);
        return text.let("select " + which + ", " + type(v.type) + " " + arg(v.b, v.type) + ", " + type(v.type) + " " + arg(v.c, v.type));
    }

    private String convert(String op, Value v) {
        return v.a.type.equals(v.type) ? name(v.a) : text.let(op + " " + typed(v.a) + " to " + type(v.type));
    }

    private String saturate(Value v, long low, long high) {
        Type t = v.a.type;
        String above = intrinsic("llvm.smax", t, name(v.a), type(t) + " " + splat(t, low));
        String between = intrinsic("llvm.smin", t, above, type(t) + " " + splat(t, high));
        return text.let("trunc " + type(t) + " " + between + " to " + type(v.type));
    }

    // ---- vectors

    private String shuffle(Value v) {
        Value b = v.b == null ? v.a : v.b;
        StringBuilder mask = new StringBuilder();
        for (int m : v.mask) mask.append(mask.isEmpty() ? "" : ", ").append("i32 ").append(m);
        String source = "<" + v.a.type.lanes() + " x " + type(v.a.type.lane()) + ">";
        String r = text.let("shufflevector " + source + " " + asVector(v.a) + ", " + source + " " + asVector(b)
                + ", <" + v.mask.length + " x i32> <" + mask + ">");
        return v.mask.length > 1 ? r : text.let("extractelement <1 x " + type(v.type) + "> " + r + ", i32 0");
    }

    /** A scalar as a vector of one lane. */
    private String asVector(Value v) {
        return v.type.isVector() ? name(v) : text.let("insertelement <1 x " + type(v.type) + "> poison, " + typed(v) + ", i32 0");
    }

    private static final String BYTES16 = "<16 x i8>";

    /** Lanes [from, from + 16) of n bytes; what is beyond is lane i - n again if {@code repeat}, else zero. */
    private String sixteen(Value v, int from, boolean repeat) {
        int n = v.type.lanes();
        if (n == 16) return name(v);
        StringBuilder mask = new StringBuilder();
        for (int i = from; i < from + 16; i++) mask.append(i == from ? "" : ", ").append("i32 ").append(repeat ? i % n : Math.min(i, n));
        return text.let("shufflevector " + typed(v) + ", " + type(v.type) + " zeroinitializer, <16 x i32> <" + mask + ">");
    }

    private String permuteBytes(Value v) {
        int n = v.type.lanes();
        String[] parts = new String[Math.max(1, n / 16)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = text.let("call <16 x i8> @llvm.x86.ssse3.pshuf.b.128(<16 x i8> " + sixteen(v.a, 16 * i, true)
                    + ", <16 x i8> " + sixteen(v.b, 16 * i, true) + ")");
        }
        return n < 16 ? low(BYTES16, parts[0], n) : join(BYTES16, 16, parts);
    }

    private String absoluteDifferences(Value v) {
        String[] parts = new String[Math.max(1, v.a.type.lanes() / 16)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = text.let("call <2 x i64> @llvm.x86.sse2.psad.bw(<16 x i8> " + sixteen(v.a, 16 * i, false)
                    + ", <16 x i8> " + sixteen(v.b, 16 * i, false) + ")");
        }
        return v.type.isVector() ? join("<2 x i64>", 2, parts) : text.let("extractelement <2 x i64> " + parts[0] + ", i32 0");
    }

    /** The first n lanes. */
    private String low(String vector, String value, int n) {
        StringBuilder mask = new StringBuilder("i32 0");
        for (int i = 1; i < n; i++) mask.append(", i32 ").append(i);
        return text.let("shufflevector " + vector + " " + value + ", " + vector + " poison, <" + n + " x i32> <" + mask + ">");
    }

    private String join(String vector, int lanes, String[] parts) {
        if (parts.length == 1) return parts[0];
        if (parts.length > 2) throw new IllegalArgumentException("vectors of more than 256 bits");
        StringBuilder mask = new StringBuilder("i32 0");
        for (int i = 1; i < 2 * lanes; i++) mask.append(", i32 ").append(i);
        return text.let("shufflevector " + vector + " " + parts[0] + ", " + vector + " " + parts[1] + ", <" + 2 * lanes + " x i32> <" + mask + ">");
    }

    private String moveMask(Value v) {
        Type t = integers(v.a.type);
        String negative = text.let("icmp slt " + type(t) + " " + arg(v.a, t) + ", " + (t.isVector() ? "zeroinitializer" : "0"));
        int n = t.lanes();
        String mask = n == 1 ? negative : text.let("bitcast <" + n + " x i1> " + negative + " to i" + n);
        return n >= v.type.bits() ? mask : text.let("zext i" + n + " " + mask + " to " + type(v.type));
    }

    // ---- state

    private static String volatility(boolean yes) { return yes ? "volatile " : ""; }

    private String get(Value v) {
        Cells.Cell cell = cells.at(v.imm);
        if (cell == null) return text.loadAs(v.type, text.statePointer((int) v.imm), volatility(options.precise()), "");
        if (cell.written()) return text.let("load " + type(v.type) + ", ptr " + variable(cell));
        return cell.pinned() < 0 ? text.loadAs(v.type, text.statePointer(cell.offset()), "", Text.INVARIANT)
                : cast(argument(cell.pinned()), pinnedType(cell.pinned()), v.type);
    }

    private void set(Value v) {
        Cells.Cell cell = cells.at(v.imm);
        if (cell != null) text.line("store " + typed(v.a) + ", ptr " + variable(cell));
        else text.storeAs(v.a.type, name(v.a), text.statePointer((int) v.imm), volatility(options.precise()));
    }

    static String variable(Cells.Cell cell) { return "%c" + cell.index(); }

    /** The function's argument that brings pinned register i. */
    static String argument(int i) { return "%p" + i; }

    static Type pinnedType(int i) { return i < StateLayout.PINNED_INTEGERS ? Type.I64 : new Type(Lane.I64, 2); }

    private String indexed(Value v) {
        String index = v.a.type.bits() < 64 ? text.let("zext " + typed(v.a) + " to i64") : name(v.a);
        String bytes = text.let("shl i64 " + index + ", 4");
        return text.let("getelementptr i8, ptr " + text.statePointer((int) v.imm) + ", i64 " + bytes);
    }

    // ---- guest memory

    private boolean isOrdered() { return options.threads() || options.precise(); }

    private String guest(Value address) {
        return "ptr addrspace(256) " + text.let("inttoptr i64 " + name(address) + " to ptr addrspace(256)");
    }

    /**
     * LLVM makes a comparison of the result and a branch one instruction with the access (AtomicExpandPass: llvm.x86.atomic.sub.cc and its
     * kin), and forgets the address space then (X86ISelDAGToDAG, selectAddr: not for intrinsics): so it must not see what becomes of the result.
     */
    private String atomic(String op, Value v) {
        String old = text.let("atomicrmw volatile " + op + " " + guest(v.a) + ", " + typed(v.b) + " seq_cst, align " + v.type.bytes());
        return text.let("call " + type(v.type) + " asm \"\", \"=r,0\"(" + type(v.type) + " " + old + ")");
    }

    private String compareExchange(Value v) {
        Type t = v.type;
        String w = "i" + t.bits();
        String expected = t.isVector() ? text.let("bitcast " + typed(v.b) + " to " + w) : name(v.b);
        String desired = t.isVector() ? text.let("bitcast " + typed(v.c) + " to " + w) : name(v.c);
        String pair = text.let("cmpxchg volatile " + guest(v.a) + ", " + w + " " + expected + ", " + w + " " + desired
                + " seq_cst seq_cst, align " + t.bytes());
        String old = text.let("extractvalue {" + w + ", i1} " + pair + ", 0");
        return t.isVector() ? text.let("bitcast " + w + " " + old + " to " + type(t)) : old;
    }
}
