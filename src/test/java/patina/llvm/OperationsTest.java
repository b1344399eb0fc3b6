package patina.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import patina.host.Raw;
import patina.ir.Block;
import patina.ir.Builder;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Rounding;
import patina.ir.StateLayout;
import patina.ir.Type;
import patina.ir.Value;

/** Every operation on every type it is used with: native code against {@link patina.ir.Evaluate}, on edges and random bits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsTest {
    private static final long PC = 0x40_1000;
    /** Inputs from here, 16 bytes each; results from RESULTS on. Not pinned. */
    private static final int INPUTS = 512, RESULTS = 1280, RUNS = 200;
    /** The condition register of SELECT on scalars. */
    private static final int CONDITION = INPUTS + 16 * 8;

    private LlvmCompiler compiler;
    private final Set<Op> covered = EnumSet.noneOf(Op.class);
    private boolean onlyCollect;

    @BeforeAll void start() { compiler = new LlvmCompiler(); }

    @AfterAll void stop() { compiler.close(); }

    private static Type vector(Lane lane, int bits) { return Type.vector(lane, bits); }

    static Stream<Type> integers() {
        return Stream.of(Type.I1, Type.I8, Type.I16, Type.I32, Type.I64, vector(Lane.I8, 128), vector(Lane.I16, 128), vector(Lane.I32, 128),
                vector(Lane.I64, 128), vector(Lane.I8, 64), vector(Lane.I16, 64), vector(Lane.I32, 64));
    }

    static Stream<Type> floats() {
        return Stream.of(Type.F32, Type.F64, vector(Lane.F32, 128), vector(Lane.F64, 128), vector(Lane.F32, 64), Type.F80);
    }

    /** A block under test: inputs, results, and what each result is. */
    private final class Case {
        final Builder ir = new Builder();
        final TreeMap<Integer, String> results = new TreeMap<>();
        int next = RESULTS;

        Case() { ir.startInsn(PC); }

        Value input(int i, Type t) { return ir.get(INPUTS + 16 * i, t); }

        void result(String what, Value v) {
            results.put(next, what + " " + v.type);
            ir.set(next, v);
            next += 16;
        }

        void check(boolean floats, Lane lane) {
            Block block = ir.finish(4, new Exit.Syscall(PC + 4));
            block.code().forEach(v -> covered.add(v.op));
            if (onlyCollect) return;
            var blocks = new LinkedHashMap<Long, Block>();
            blocks.put(PC, block);
            long code = Machine.link(compiler.compile(new Region(PC, blocks), Options.DEFAULT)).get(PC);
            Random random = new Random(lane.ordinal());
            try (Machine machine = new Machine()) {
                for (int run = 0; run < RUNS; run++) compare(block, machine, code, random, floats, lane);
            }
        }

        private void compare(Block block, Machine machine, long code, Random random, boolean floats, Lane lane) {
            for (int i = 0; i < 8; i++) Operands.fill(machine.state + INPUTS + 16 * i, random, lane, floats);
            if (floats) control(machine, random);
            Raw.putByte(machine.state + CONDITION, (byte) random.nextInt(2));
            if (lane == Lane.I1) for (int i = 0; i < 8; i++) Raw.putByte(machine.state + INPUTS + 16 * i, (byte) random.nextInt(2));
            byte[] state = new byte[StateLayout.SIZE], memory = new byte[Machine.MEMORY];
            for (int i = 0; i < Machine.MEMORY; i += 8) Raw.putLong(machine.memory + i, i < 4096 ? random.nextLong() : 0);
            Raw.copy(machine.state, state, 0, state.length);
            Raw.copy(machine.memory, memory, 0, memory.length);
            byte[] before = state.clone();
            Reference.run(block, state, memory);
            machine.enter(code);
            assertEquals(ExitReason.SYSCALL, machine.reason());
            assertEquals(Machine.BIAS + PC + 4, machine.pc());
            byte[] after = new byte[StateLayout.SIZE], memoryAfter = new byte[Machine.MEMORY];
            Raw.copy(machine.state, after, 0, after.length);
            Raw.copy(machine.memory, memoryAfter, 0, memoryAfter.length);
            results.forEach((at, what) -> {
                if (!java.util.Arrays.equals(state, at, at + 16, after, at, at + 16)) {
                    fail(what + " of " + hex(before, INPUTS) + ", " + hex(before, INPUTS + 16) + ", " + hex(before, INPUTS + 32) + ": expected " + hex(state, at) + ", native " + hex(after, at));
                }
            });
            assertTrue(java.util.Arrays.equals(memory, memoryAfter), "guest memory");
            if (!floats) return;
            String inputs = hex(before, INPUTS) + ", " + hex(before, INPUTS + 16) + ", " + hex(before, INPUTS + 32) + ": ";
            for (int word : new int[] {StateLayout.GUEST_FP_CONTROL, StateLayout.GUEST_X87_STATUS})
                assertEquals(hex(state, word), hex(after, word), inputs + "control and flags " + hex(before, StateLayout.GUEST_FP_CONTROL));
        }
    }

    /** All exceptions masked, some flags set, everything else at random. */
    private static void control(Machine machine, Random random) {
        boolean usual = random.nextBoolean();
        Raw.putInt(machine.state + StateLayout.GUEST_FP_CONTROL, usual ? 0x1f80 : 0x1f80 | random.nextInt(0x10000) & 0xe07f);
        Raw.putShort(machine.state + StateLayout.GUEST_X87_CONTROL, (short) (usual ? 0x37f : 0x7f | random.nextInt() & 0xf00));
        Raw.putShort(machine.state + StateLayout.GUEST_X87_STATUS, (short) 0);
    }

    private static String hex(byte[] bytes, int at) {
        StringBuilder s = new StringBuilder();
        for (int i = 15; i >= 0; i--) s.append("%02x".formatted(bytes[at + i]));
        return s.toString();
    }

    // ---- integers

    @ParameterizedTest @MethodSource("integers") void integers(Type t) {
        Case c = new Case();
        Value a = c.input(0, t), b = c.input(1, t);
        boolean one = t.lane() == Lane.I1, small = t.lane().bits() <= 16 && !one;
        for (Op op : List.of(Op.ADD, Op.SUB, Op.MUL, Op.AND, Op.OR, Op.XOR, Op.SMIN, Op.SMAX, Op.UMIN, Op.UMAX)) {
            if (!one || op == Op.AND || op == Op.OR || op == Op.XOR) c.result(op.name(), c.ir.binary(op, a, b));
        }
        if (!one) for (Op op : List.of(Op.SHL, Op.LSHR, Op.ASHR)) {
            c.result(op.name(), c.ir.binary(op, a, b));
            c.result(op + " 3", c.ir.binary(op, a, t.isVector() ? c.ir.splat(c.ir.constant(3, new Type(t.lane(), 1)), t.lanes()) : c.ir.constant(3, t)));
        }
        if (small) for (Op op : List.of(Op.SADD_SAT, Op.SSUB_SAT, Op.UADD_SAT, Op.USUB_SAT, Op.UAVG)) c.result(op.name(), c.ir.binary(op, a, b));
        for (Op op : List.of(Op.EQ, Op.NE, Op.ULT, Op.ULE, Op.SLT, Op.SLE)) c.result(op.name(), c.ir.compare(op, a, b));
        if (!one) for (Op op : List.of(Op.SADD_OVERFLOW, Op.SSUB_OVERFLOW)) c.result(op.name(), c.ir.compare(op, a, b));
        if (!one && !t.isVector()) c.result("SMUL_OVERFLOW", c.ir.compare(Op.SMUL_OVERFLOW, a, b));
        c.result("NOT", c.ir.unary(Op.NOT, a));
        if (!one) { c.result("NEG", c.ir.unary(Op.NEG, a)); c.result("ABS", c.ir.unary(Op.ABS, a)); }
        if (!one && (!t.isVector() || t.lane() == Lane.I16)) for (Op op : List.of(Op.UMULH, Op.SMULH)) c.result(op.name(), c.ir.binary(op, a, b));
        Value condition = t.isVector() ? c.input(2, t) : c.ir.get(CONDITION, Type.I1);
        c.result("SELECT", c.ir.select(condition, a, b));
        c.check(false, t.lane());
    }

    @ParameterizedTest @MethodSource("integers") void scalarsOnly(Type t) {
        if (t.isVector() || t.lane() == Lane.I1) return;
        Case c = new Case();
        Value a = c.input(0, t), b = c.input(1, t);
        for (Op op : List.of(Op.ROTL, Op.ROTR)) c.result(op.name(), c.ir.binary(op, a, b));
        for (Op op : List.of(Op.CLZ, Op.CTZ, Op.POPCNT)) c.result(op.name(), c.ir.unary(op, a));
        if (t != Type.I8) c.result("BSWAP", c.ir.unary(Op.BSWAP, a));
        Value by = c.ir.or(b, c.ir.constant(1, t)), half = c.ir.ashr(a, 1);
        for (Op op : List.of(Op.UDIV, Op.UREM)) c.result(op.name(), c.ir.binary(op, a, by));
        for (Op op : List.of(Op.SDIV, Op.SREM)) c.result(op.name(), c.ir.binary(op, half, by));
        c.result("ADDRESS", c.ir.address(0x1234));
        c.result("CONST", c.ir.constant(0x8123_4567_89ab_cdefL, t));
        for (Type to : List.of(Type.I8, Type.I16, Type.I32, Type.I64)) {
            if (to.bits() > t.bits()) { c.result("ZEXT", c.ir.zext(a, to)); c.result("SEXT", c.ir.sext(a, to)); }
            if (to.bits() < t.bits()) c.result("TRUNC", c.ir.trunc(a, to));
        }
        c.result("TRUNC", c.ir.trunc(a, Type.I1));
        Value bit = c.ir.get(CONDITION, Type.I1);
        c.result("ZEXT i1", c.ir.zext(bit, t));
        c.result("SEXT i1", c.ir.sext(bit, t));
        c.check(false, t.lane());
    }

    @Test void wideDivision() {
        Case c = new Case();
        Value high = c.input(0, Type.I64), low = c.input(1, Type.I64), by = c.ir.or(c.input(2, Type.I64), c.ir.i64(1));
        Value fits = c.ir.binary(Op.UREM, high, by);
        for (Op op : List.of(Op.UDIV_WIDE, Op.UREM_WIDE)) c.result(op.name(), c.ir.ternary(op, fits, low, by));
        c.check(false, Lane.I64);
    }

    // ---- vectors

    @ParameterizedTest @MethodSource("integers") void vectors(Type t) {
        if (!t.isVector()) return;
        Case c = new Case();
        Value a = c.input(0, t), b = c.input(1, t);
        Type scalar = new Type(t.lane(), 1);
        int n = t.lanes();
        c.result("EXTRACT", c.ir.extract(a, n - 1));
        c.result("INSERT", c.ir.insert(a, c.input(2, scalar), n - 2));
        c.result("SPLAT", c.ir.splat(c.input(2, scalar), n));
        int[] mixed = new int[n], low = new int[n / 2];
        for (int i = 0; i < n; i++) mixed[i] = (i * 5 + 3) % (2 * n);
        for (int i = 0; i < n / 2; i++) low[i] = 2 * n - 1 - i;
        c.result("SHUFFLE", c.ir.shuffle(a, b, mixed));
        c.result("SHUFFLE to fewer", c.ir.shuffle(a, b, low));
        c.result("ZERO", c.ir.zero(t));
        c.result("MOVEMASK", c.ir.vector(Op.MOVEMASK, Type.I32, a, null));
        c.result("BITCAST", c.ir.bitcast(a, t.bits() == 64 ? Type.I64 : vector(Lane.I64, 128)));
        if (t.lane() == Lane.I8) {
            c.result("PERMUTE_BYTES", c.ir.vector(Op.PERMUTE_BYTES, t, a, b));
            c.result("SAD", c.ir.vector(Op.SAD, n == 8 ? Type.I64 : vector(Lane.I64, 128), a, b));
        }
        for (Lane to : List.of(Lane.I8, Lane.I16, Lane.I32, Lane.I64)) {
            Type wide = new Type(to, n);
            if (to.bits() == 2 * t.lane().bits() && wide.bits() <= 128) { c.result("ZEXT", c.ir.zext(a, wide)); c.result("SEXT", c.ir.sext(a, wide)); }
            if (to.bits() * 2 != t.lane().bits()) continue;
            for (Op op : List.of(Op.TRUNC, Op.TRUNC_SSAT, Op.TRUNC_USAT)) c.result(op.name(), c.ir.convert(op, a, wide));
        }
        c.check(false, t.lane());
    }

    // ---- floating point

    @ParameterizedTest @MethodSource("floats") void floats(Type t) {
        Case c = new Case();
        Value a = c.input(0, t), b = c.input(1, t);
        boolean x87 = t.lane() == Lane.F80;
        for (Op op : List.of(Op.FADD, Op.FSUB, Op.FMUL, Op.FDIV)) c.result(op.name(), c.ir.binary(op, a, b));
        for (Op op : List.of(Op.FSQRT, Op.FNEG, Op.FABS)) c.result(op.name(), c.ir.unary(op, a));
        if (!x87) for (Op op : List.of(Op.FMIN, Op.FMAX)) c.result(op.name(), c.ir.binary(op, a, b));
        if (!x87) for (Op op : List.of(Op.FEQ, Op.FLT, Op.FLE, Op.FUNORDERED)) {
            c.result(op.name(), c.ir.compare(op, a, b));
            c.result(op.name() + " mask", c.ir.compareMask(op, a, b));
        }
        if (!t.isVector()) for (boolean signals : new boolean[] {true, false}) c.result("FCOMPARE " + signals, c.ir.order(a, b, signals));
        if (t.lane() == Lane.F32) for (Op op : List.of(Op.FRECIPROCAL, Op.FRECIPROCAL_ROOT)) c.result(op.name(), c.ir.unary(op, a));
        for (Rounding mode : Rounding.values()) {
            if (!x87 || mode == Rounding.CURRENT) c.result("FRINT " + mode, c.ir.roundToIntegral(a, mode));
            if (x87 && mode != Rounding.CURRENT && mode != Rounding.ZERO) continue;
            for (Lane to : x87 ? List.of(Lane.I16, Lane.I32, Lane.I64) : List.of(Lane.I32, Lane.I64)) {
                if (to.bits() * t.lanes() <= 128) c.result("FPTOSI " + mode, c.ir.toSigned(a, new Type(to, t.lanes()), mode));
            }
        }
        for (Lane to : List.of(Lane.F32, Lane.F64, Lane.F80)) {
            if (to != t.lane() && to.bits() * t.lanes() <= 128) c.result("FPCONV", c.ir.convert(Op.FPCONV, a, new Type(to, t.lanes())));
        }
        for (Lane from : List.of(Lane.I16, Lane.I32, Lane.I64)) {
            Type source = new Type(from, t.lanes());
            if (source.bits() <= 128) c.result("SITOFP", c.ir.convert(Op.SITOFP, c.input(2, source), t));
        }
        c.result("ZERO", c.ir.zero(t));
        if (!x87 && t.isVector()) c.result("MOVEMASK", c.ir.vector(Op.MOVEMASK, Type.I32, a, null));
        if (x87) {
            Value significand = c.ir.convert(Op.F80_SIGNIFICAND, a, Type.I64), exponent = c.ir.convert(Op.F80_EXPONENT, a, Type.I16);
            c.result("F80_SIGNIFICAND", significand);
            c.result("F80_EXPONENT", exponent);
            for (Type narrow : List.of(Type.F32, Type.F64)) for (Op op : List.of(Op.FADD, Op.FSUB, Op.FMUL, Op.FDIV)) {
                c.result(op + " memory", c.ir.binary(op, a, c.ir.widenForArithmetic(c.input(3, narrow))));
                c.result(op + " memory first", c.ir.binary(op, c.ir.widenForArithmetic(c.input(3, narrow)), a));
            }
            for (Type narrow : List.of(Type.F32, Type.F64)) c.result("FCOMPARE memory", c.ir.order(a, c.ir.widenForArithmetic(c.input(3, narrow)), true));
            c.result("F80_RAISED", c.ir.raisedF80());
            c.result("F80_PACK", c.ir.f80(significand, exponent));
            c.result("SELECT", c.ir.select(c.ir.get(CONDITION, Type.I1), a, b));
        }
        c.check(true, t.lane());
    }

    // ---- state and memory

    static Stream<Type> moved() { return Stream.concat(integers(), floats()).filter(t -> !t.equals(Type.I1)); }

    @ParameterizedTest @MethodSource("moved") void stateAndMemory(Type t) {
        Case c = new Case();
        Value index = c.ir.and(c.input(0, Type.I64), 7), address = c.ir.and(c.input(1, Type.I64), 0xff8);
        c.result("LOAD", c.ir.load(c.ir.add(address, 3), t));
        c.ir.store(c.ir.add(address, 4096 + 5), c.input(2, t));
        if (t.bytes() == 16) {
            Value aligned = c.ir.and(address, -16);
            c.result("LOAD aligned", c.ir.load(aligned, t, 16));
            c.ir.store(c.ir.add(aligned, 3 * 4096), c.input(2, t), 16);
        }
        c.result("GETX", c.ir.getIndexed(INPUTS, index, t));
        c.ir.setIndexed(3072, index, c.input(3, t));
        c.result("GETX after SETX", c.ir.getIndexed(3072, index, t));
        c.check(false, t.lane());
    }

    @ParameterizedTest @MethodSource("integers") void atomics(Type t) {
        boolean pair = t.equals(vector(Lane.I64, 128));
        if (t.isVector() && !pair || t.lane() == Lane.I1) return;
        Case c = new Case();
        Value at = c.ir.and(c.input(0, Type.I64), 0xff0), v = c.input(1, t);
        if (!pair) for (Op op : List.of(Op.ATOMIC_ADD, Op.ATOMIC_SUB, Op.ATOMIC_AND, Op.ATOMIC_OR, Op.ATOMIC_XOR, Op.ATOMIC_XCHG)) c.result(op.name(), c.ir.atomic(op, at, v));
        Value held = c.ir.load(at, t);
        c.ir.fence();
        c.result("CMPXCHG hit", c.ir.compareExchange(at, held, v));
        c.result("CMPXCHG", c.ir.compareExchange(at, c.input(2, t), v));
        c.check(false, t.lane());
    }

    @Test void everyOperationHasItsTest() {
        onlyCollect = true;
        moved().forEach(this::stateAndMemory);
        integers().forEach(t -> { integers(t); scalarsOnly(t); vectors(t); atomics(t); });
        floats().forEach(this::floats);
        wideDivision();
        onlyCollect = false;
        List<Op> missing = new ArrayList<>(EnumSet.complementOf(EnumSet.copyOf(covered)));
        missing.removeAll(List.of(Op.TRAP_IF, Op.EXIT_IF));  // RegionsTest
        assertEquals(List.of(), missing);
    }
}
