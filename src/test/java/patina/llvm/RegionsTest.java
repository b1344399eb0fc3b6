package patina.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import patina.host.Raw;
import patina.ir.Block;
import patina.ir.Builder;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.Lane;
import patina.ir.ObjectCode;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Rounding;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** How regions are entered and left: what is in the state then, and where control goes. Every case also with {@code precise} and without polls. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegionsTest {
    private static final int R0 = StateLayout.REGISTERS, R1 = R0 + 8, R2 = R0 + 16, SP = R0 + 32;
    /** Not pinned. */
    private static final int FLAG = R0 + 8 * 16, WORD = FLAG + 8, OTHER = FLAG + 16;

    private LlvmCompiler compiler;

    @BeforeAll void start() { compiler = new LlvmCompiler(); }

    @AfterAll void stop() { compiler.close(); }

    private static Block block(long pc, int instructions, Function<Builder, Exit> body) {
        Builder ir = new Builder();
        Exit exit = null;
        for (int i = 0; i < instructions; i++) {
            ir.startInsn(pc + 4L * i);
            if (i == instructions - 1) exit = body.apply(ir);
        }
        return ir.finish(4L * instructions, exit);
    }

    private static Region region(Block... blocks) {
        var map = new LinkedHashMap<Long, Block>();
        for (Block b : blocks) map.put(b.pc(), b);
        return new Region(blocks[0].pc(), map);
    }

    private ObjectCode compile(Region region) { return compiler.compile(region, Options.DEFAULT); }

    private interface Run { void on(Machine machine, Map<Long, Long> places); }

    /** Runs under every option that must not show. */
    private void run(List<Region> regions, Run run) {
        for (Options options : List.of(Options.DEFAULT, Options.DEFAULT.withPrecise(true), Options.DEFAULT.withThreads(false), Options.DEFAULT.withPasses("").withLevel(0))) {
            Map<Long, Long> places = Machine.link(regions.stream().map(r -> compiler.compile(r, options)).toArray(ObjectCode[]::new));
            try (Machine machine = new Machine()) { run.on(machine, places); }
        }
    }

    private static Value get(Builder ir, int offset) { return ir.get(offset, Type.I64); }

    /** r0 += r1; --r1; until r1 == 0; FLAG and WORD are written on the way. */
    private static Block loop(long pc, long next) {
        return block(pc, 3, ir -> {
            Value sum = ir.add(get(ir, R0), get(ir, R1)), count = ir.sub(get(ir, R1), ir.i64(1));
            ir.set(R0, sum);
            ir.set(R1, count);
            ir.set(WORD, ir.add(get(ir, WORD), 3));
            ir.set(FLAG, ir.compare(Op.ULT, sum, count));
            return new Exit.Branch(ir.isZero(count), next, pc);
        });
    }

    @Test void loopLeavesToAnotherRegion() {
        run(List.of(region(loop(0x1000, 0x2000))), (m, places) -> {
            m.put(R0, 5);
            m.put(R1, 100);
            m.put(R2, 77);
            m.put(WORD, 1);
            Raw.putByte(m.state + FLAG, (byte) 1);
            m.put(StateLayout.NATIVE_INSTRUCTIONS, 1000);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.MISS, m.reason());
            assertEquals(Machine.BIAS + 0x2000, m.pc());
            assertEquals(5 + 5050, m.get(R0));
            assertEquals(0, m.get(R1));
            assertEquals(77, m.get(R2));
            assertEquals(301, m.get(WORD));
            assertEquals(0, Raw.getByte(m.state + FLAG));
            assertEquals(1300, m.get(StateLayout.NATIVE_INSTRUCTIONS));
        });
    }

    /** LLVM has an instruction of its own for each of these, with which it once left the guest's memory. */
    @Test void branchesOnTheResultOfAnAtomicOperation() {
        record Case(Op op, java.util.function.BiFunction<Builder, Value, Value> condition) {}
        for (Case c : List.of(
                new Case(Op.ATOMIC_SUB, (ir, old) -> ir.isZero(ir.sub(old, get(ir, R1)))),
                new Case(Op.ATOMIC_SUB, (ir, old) -> ir.compare(Op.SLT, ir.sub(old, get(ir, R1)), ir.i64(0))),
                new Case(Op.ATOMIC_SUB, (ir, old) -> ir.isZero(ir.sub(old, ir.i64(1)))),
                new Case(Op.ATOMIC_ADD, (ir, old) -> ir.isZero(ir.add(old, get(ir, R1)))),
                new Case(Op.ATOMIC_ADD, (ir, old) -> ir.compare(Op.SLT, ir.add(old, get(ir, R1)), ir.i64(0))),
                new Case(Op.ATOMIC_AND, (ir, old) -> ir.isZero(ir.binary(Op.AND, old, get(ir, R1)))),
                new Case(Op.ATOMIC_OR, (ir, old) -> ir.isZero(ir.binary(Op.OR, old, get(ir, R1)))),
                new Case(Op.ATOMIC_XOR, (ir, old) -> ir.isZero(ir.binary(Op.XOR, old, get(ir, R1)))),
                new Case(Op.ATOMIC_OR, (ir, old) -> ir.isZero(ir.and(old, 16))))) {
            Block body = block(0x1000, 1, ir -> {
                Value by = c.op == Op.ATOMIC_OR ? ir.i64(16) : get(ir, R1);
                return new Exit.Branch(c.condition.apply(ir, ir.atomic(c.op, ir.add(get(ir, R0), 16), by)), 0x2000, 0x3000);
            });
            run(List.of(region(body)), (m, places) -> {
                m.put(R0, 0x100);
                m.put(R1, 1);
                Raw.putLong(m.memory + 0x110, 2);
                m.enter(places.get(0x1000L));
                assertEquals(ExitReason.MISS, m.reason());
                long expected = switch (c.op) { case ATOMIC_SUB -> 1; case ATOMIC_ADD, ATOMIC_XOR -> 3; case ATOMIC_AND -> 0; default -> 18; };
                assertEquals(expected, Raw.getLong(m.memory + 0x110), c.op.name());
            });
        }
    }

    @Test void pollOnBackEdges() {
        // the body sets POLL itself when r1 comes to 40: the guest memory of this test is the state
        Block body = block(0x1000, 2, ir -> {
            Value count = ir.sub(get(ir, R1), ir.i64(1));
            ir.set(R1, count);
            ir.set(WORD, count);
            Value at = ir.select(ir.compare(Op.EQ, count, ir.i64(40)), get(ir, R2), ir.add(get(ir, R2), 8));
            ir.store(at, count);
            return new Exit.Branch(ir.isZero(count), 0x2000, 0x1000);
        });
        run(List.of(region(body)), (m, places) -> {
            long scratch = m.memory, poll = m.state + StateLayout.POLL;
            patina.host.HostThread.setMemoryBase(poll);
            m.put(R1, 100);
            // R2 + 8 hits NATIVE_INSTRUCTIONS, which this test does not look at
            m.put(R2, 0);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.POLL, m.reason());
            assertEquals(Machine.BIAS + 0x1000, m.pc());
            assertEquals(40, m.get(R1));
            assertEquals(40, m.get(WORD));
            m.put(WORD, 123);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.POLL, m.reason());
            assertEquals(39, m.get(R1), "once around");
            assertEquals(39, m.get(WORD));
            patina.host.HostThread.setMemoryBase(scratch);
        });
    }

    @Test void pollWhereARegionIsLeftBackward() {
        Region back = region(block(0x2000, 1, ir -> new Exit.Jump(0x1000))), on = region(block(0x2100, 1, ir -> new Exit.Jump(0x3000)));
        Region call = region(block(0x2200, 1, ir -> new Exit.Call(0x1000, 0x2204)));
        Region low = region(block(0x1000, 1, ir -> new Exit.Syscall(0x1004))), high = region(block(0x3000, 1, ir -> new Exit.Syscall(0x3004)));
        run(List.of(back, on, call, low, high), (m, places) -> {
            for (long entry : List.of(0x2000L, 0x2100L, 0x2200L)) {
                long next = entry == 0x2100 ? 0x3000 : 0x1000;
                m.put(StateLayout.POLL, 0);
                m.enter(places.get(entry));
                assertEquals(ExitReason.SYSCALL, m.reason());
                assertEquals(Machine.BIAS + next + 4, m.pc());
                m.put(StateLayout.POLL, 1);
                m.enter(places.get(entry));
                assertEquals(next == 0x3000 ? ExitReason.SYSCALL : ExitReason.POLL, m.reason());
                assertEquals(Machine.BIAS + next + (next == 0x3000 ? 4 : 0), m.pc());
            }
        });
    }

    @Test void whatIsDeadOutsideIsNotStored() {
        Region all = region(block(0x1000, 1, ir -> {
            ir.set(WORD, ir.i64(5));
            ir.set(FLAG, ir.i1(true));
            return new Exit.Branch(ir.isZero(get(ir, R0)), 0x2000, 0x3000);
        }));
        Region some = new Region(all.entry(), all.blocks(), Map.of(0x2000L, Set.of(WORD)), List.of(new ObjectCode.Range(0x2000, 3)));
        assertEquals(List.of(new ObjectCode.Range(0x1000, 4), new ObjectCode.Range(0x2000, 3)), compile(some).guest());
        for (boolean precise : List.of(false, true)) {
            Map<Long, Long> places = Machine.link(compiler.compile(some, Options.DEFAULT.withPrecise(precise)));
            try (Machine m = new Machine()) {
                for (long r0 = 0; r0 < 2; r0++) {
                    m.put(R0, r0);
                    m.put(WORD, 1);
                    Raw.putByte(m.state + FLAG, (byte) 0);
                    m.enter(places.get(0x1000L));
                    assertEquals(r0 == 0 && !precise ? 1 : 5, m.get(WORD));
                    assertEquals(1, Raw.getByte(m.state + FLAG));
                }
            }
        }
    }

    @Test void trapHasTheStateBeforeItsInstruction() {
        Builder ir = new Builder();
        ir.startInsn(0x1000);
        ir.set(WORD, ir.add(get(ir, WORD), 1));
        ir.startInsn(0x1004);
        ir.trapIf(ir.isZero(get(ir, R0)), Trap.DIVIDE);
        ir.set(R0, ir.binary(Op.UDIV, get(ir, R1), get(ir, R0)));
        ir.startInsn(0x1008);
        ir.set(WORD, ir.i64(99));
        run(List.of(region(ir.finish(12, new Exit.Raise(Trap.BREAKPOINT, 0x1008)))), (m, places) -> {
            m.put(WORD, 4);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.TRAP, m.reason());
            assertEquals(Trap.DIVIDE.ordinal(), m.get(StateLayout.EXIT_DETAIL));
            assertEquals(Machine.BIAS + 0x1004, m.pc());
            assertEquals(5, m.get(WORD));
            assertEquals(1, m.get(StateLayout.NATIVE_INSTRUCTIONS));
            m.put(R0, 3);
            m.put(R1, 21);
            m.enter(places.get(0x1000L));
            assertEquals(Trap.BREAKPOINT.ordinal(), m.get(StateLayout.EXIT_DETAIL));
            assertEquals(7, m.get(R0));
            assertEquals(99, m.get(WORD));
            assertEquals(Machine.BIAS + 0x1008, m.pc());
            assertEquals(3, m.get(StateLayout.NATIVE_INSTRUCTIONS));
        });
    }

    @Test void earlyExitInsideAndOutside() {
        Function<Long, Block> repeat = target -> block(0x1000, 1, ir -> {
            ir.exitIf(ir.isZero(get(ir, R1)), target);
            ir.set(R1, ir.sub(get(ir, R1), ir.i64(1)));
            ir.set(WORD, ir.add(get(ir, WORD), 2));
            return new Exit.Jump(0x1000);
        });
        Block after = block(0x1004, 1, ir -> { ir.set(OTHER, get(ir, WORD)); return new Exit.Jump(0x3000); });
        for (Region r : List.of(region(repeat.apply(0x1004L), after), region(repeat.apply(0x5000L)))) {
            run(List.of(r), (m, places) -> {
                m.put(R1, 10);
                m.put(WORD, 1);
                m.enter(places.get(0x1000L));
                assertEquals(21, m.get(WORD));
                assertEquals(Machine.BIAS + (r.blocks().size() == 2 ? 0x3000 : 0x5000), m.pc());
                assertEquals(r.blocks().size() == 2 ? 21 : 0, m.get(OTHER));
                assertEquals(r.blocks().size() == 2 ? 11 : 10, m.get(StateLayout.NATIVE_INSTRUCTIONS));
            });
        }
    }

    /** f: r0 <= 1 ? 1 : r0 * f(r0 - 1), with the guest's stack in guest memory. */
    @Test void callsReturnThroughTheShadowStack() {
        Block enter = block(0x1000, 1, ir -> new Exit.Branch(ir.compare(Op.ULE, get(ir, R0), ir.i64(1)), 0x1010, 0x1020));
        Block one = block(0x1010, 1, ir -> { ir.set(R0, ir.i64(1)); return leave(ir); });
        Block call = block(0x1020, 2, ir -> {
            Value sp = ir.add(get(ir, SP), -16);
            ir.store(ir.add(sp, 8), get(ir, R0));
            ir.store(sp, ir.address(0x2000));
            ir.set(SP, sp);
            ir.set(R0, ir.sub(get(ir, R0), ir.i64(1)));
            return new Exit.Call(0x1000, 0x2000);
        });
        Block back = block(0x2000, 2, ir -> {
            Value sp = get(ir, SP);
            ir.set(R0, ir.binary(Op.MUL, get(ir, R0), ir.load(sp, Type.I64)));
            ir.set(SP, ir.add(sp, 8));
            return leave(ir);
        });
        run(List.of(region(enter, one, call), region(back)), (m, places) -> {
            Raw.putLong(m.memory + 4096, 0x7777);  // whoever called first
            m.put(R0, 10);
            m.put(SP, 4096);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.MISS, m.reason());
            assertEquals(0x7777, m.pc());
            assertEquals(3628800, m.get(R0));
            assertEquals(4104, m.get(SP));
            assertEquals(16 * (StateLayout.SHADOW_ENTRIES - 1), m.get(StateLayout.SHADOW_TOP), "one more return than calls");
            m.put(StateLayout.SHADOW_TOP, 0);
            m.put(R0, 3000);   // deeper than the ring, which goes round; here what overwrote an entry was the same
            m.put(SP, Machine.MEMORY - 8);
            Raw.putLong(m.memory + Machine.MEMORY - 8, 0x7777);
            m.enter(places.get(0x1000L));
            assertEquals(0x7777, m.pc());
            assertEquals(0, m.get(R0), "3000! has all its low bits clear");
        });
    }

    private static Exit leave(Builder ir) {
        Value sp = get(ir, SP), to = ir.load(sp, Type.I64);
        ir.set(SP, ir.add(sp, 8));
        return new Exit.Return(to);
    }

    @Test void indirectJumpsAndCalls() {
        Block jump = block(0x1000, 1, ir -> { ir.set(R1, ir.i64(8)); return new Exit.JumpIndirect(get(ir, R0)); });
        Block call = block(0x2000, 1, ir -> new Exit.CallIndirect(ir.add(get(ir, R0), 1), 0x3000));
        run(List.of(region(jump), region(call)), (m, places) -> {
            m.put(R0, 0x1234_5678_9abcL);
            m.enter(places.get(0x1000L));
            assertEquals(0x1234_5678_9abcL, m.pc());
            assertEquals(8, m.get(R1));
            m.enter(places.get(0x2000L));
            assertEquals(0x1234_5678_9abdL, m.pc());
            assertEquals(16, m.get(StateLayout.SHADOW_TOP));
            assertEquals(Machine.BIAS + 0x3000, Raw.getLong(m.ring));
            assertEquals(places.get(0x3000L), Raw.getLong(m.ring + 8));
        });
    }

    @Test void helpersAreCalledByWhoEnteredNativeCode() {
        Block first = block(0x1000, 1, ir -> { ir.set(WORD, ir.i64(6)); return new Exit.Jump(0x1004); });
        Block helper = block(0x1004, 1, ir -> new Exit.Helper(3, 0x1007));
        run(List.of(region(first, helper)), (m, places) -> {
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.HELPER, m.reason());
            assertEquals(3 | 3L << 32, m.get(StateLayout.EXIT_DETAIL));
            assertEquals(Machine.BIAS + 0x1004, m.pc());
            assertEquals(6, m.get(WORD));
            assertEquals(1, m.get(StateLayout.NATIVE_INSTRUCTIONS));
        });
    }

    /** The x87 has no instruction that rounds to integral in a mode of its own. */
    @Test void whatHasNoLoweringIsForTheInterpreter() {
        Block first = block(0x1000, 1, ir -> { ir.set(WORD, ir.i64(6)); return new Exit.Jump(0x1004); });
        Block rounds = block(0x1004, 1, ir -> {
            ir.set(WORD, ir.toSigned(ir.f80(get(ir, R0), ir.constant(0x3fff, Type.I16)), Type.I64, Rounding.UP));
            return new Exit.Jump(0x1008);
        });
        run(List.of(region(first, rounds)), (m, places) -> {
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.INTERPRET, m.reason());
            assertEquals(Machine.BIAS + 0x1004, m.pc());
            assertEquals(6, m.get(WORD));
            assertEquals(1, m.get(StateLayout.NATIVE_INSTRUCTIONS));
        });
    }

    /** GETX reaches the registers R0 to R0 + 128: pinned ones too. */
    @Test void indexedAccessToPinnedRegisters() {
        Block b = block(0x1000, 1, ir -> {
            ir.set(R2, ir.i64(50));
            ir.set(OTHER, ir.getIndexed(R0, ir.i64(1), Type.I64));
            ir.setIndexed(R0, ir.i64(0), ir.i64(60));
            return new Exit.Jump(0x2000);
        });
        run(List.of(region(b)), (m, places) -> {
            m.enter(places.get(0x1000L));
            assertEquals(50, m.get(OTHER));
            assertEquals(60, m.get(R0));
            assertEquals(50, m.get(R2));
        });
    }

    @Test void vectorRegisters() {
        Type xmm = Type.vector(Lane.I64, 128), floats = Type.vector(Lane.F64, 128);
        int x0 = StateLayout.VECTORS, x9 = x0 + 16 * 9;
        Block b = block(0x1000, 1, ir -> {
            Value sum = ir.bitcast(ir.binary(Op.FADD, ir.bitcast(ir.get(x0, xmm), floats), ir.bitcast(ir.get(x9, xmm), floats)), xmm);
            ir.set(x9, sum);
            ir.set(x0 + 16, sum);
            return new Exit.Jump(0x2000);
        });
        run(List.of(region(b)), (m, places) -> {
            m.put(x0, Double.doubleToRawLongBits(1.5));
            m.put(x9, Double.doubleToRawLongBits(2.25));
            m.put(x9 + 8, Double.doubleToRawLongBits(7));
            m.enter(places.get(0x1000L));
            for (int x : new int[] {x0 + 16, x9}) {
                assertEquals(3.75, Double.longBitsToDouble(m.get(x)));
                assertEquals(7.0, Double.longBitsToDouble(m.get(x + 8)));
            }
        });
    }

    /** More live values than registers: spills, and stack space given back before the jump. */
    @Test void spills() {
        Block b = block(0x1000, 1, ir -> {
            for (int i = 0; i < 16; i++) ir.set(R0 + 8 * i, ir.binary(Op.MUL, get(ir, R0 + 8 * i), ir.i64(i + 2)));
            ir.set(WORD, ir.add(get(ir, WORD), -1));
            return new Exit.Branch(ir.isZero(get(ir, WORD)), 0x2000, 0x1000);
        });
        run(List.of(region(b)), (m, places) -> {
            for (int i = 0; i < 16; i++) m.put(R0 + 8 * i, i + 1);
            m.put(WORD, 5);
            m.enter(places.get(0x1000L));
            for (int i = 0; i < 16; i++) assertEquals((long) ((i + 1) * Math.pow(i + 2, 5)), m.get(R0 + 8 * i), "register " + i);
        });
    }

    @Test void faultWithPreciseStateHasRegistersAndPc() {
        Builder ir = new Builder();
        ir.startInsn(0x1000);
        ir.set(R0, ir.i64(5));
        ir.set(WORD, ir.i64(6));
        ir.startInsn(0x1004);
        ir.set(R0, ir.load(ir.i64(-4096), Type.I64));
        Region r = region(ir.finish(8, new Exit.Jump(0x2000)));
        Map<Long, Long> places = Machine.link(compiler.compile(r, Options.DEFAULT.withPrecise(true)));
        try (Machine m = new Machine()) {
            patina.host.HostThread.setMemoryBase(4096);
            m.enter(places.get(0x1000L));
            assertEquals(ExitReason.FAULT, m.reason());
            assertEquals(5, m.get(R0));
            assertEquals(6, m.get(WORD));
            assertEquals(Machine.BIAS + 0x1004, m.pc());
        }
    }

    // ---- the object code itself

    @Test void theSameBytesWhateverWasCompiledBefore() {
        Region a = region(loop(0x1000, 0x2000)), b = region(loop(0x9000, 0x1000));
        ObjectCode first = compile(a);
        compile(b);
        ObjectCode again = compile(a);
        try (LlvmCompiler other = new LlvmCompiler()) {
            other.compile(b, Options.DEFAULT.withPrecise(true));
            for (ObjectCode c : List.of(again, other.compile(a, Options.DEFAULT))) {
                assertArrayEquals(first.code(), c.code());
                assertEquals(first.relocations(), c.relocations());
            }
        }
    }

    /** Constants, calls and jumps among neighbours, a loop to itself: nothing of the neighbours shows. */
    @Test void theSameBytesInCompany() {
        List<Region> regions = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long pc = 0x1000 + 0x100 * i, other = 0x1000 + 0x100 * (i * 7 % 20);
            int salt = i;
            Type floats = Type.vector(Lane.F64, 128), xmm = Type.vector(Lane.I64, 128);
            Block work = block(pc + 0x10, 2, ir -> {
                Value x = ir.bitcast(ir.get(StateLayout.VECTORS, xmm), floats);
                for (int k = salt % 3; k < 5; k++) x = ir.binary(Op.FMUL, x, ir.splat(ir.bitcast(ir.i64(Double.doubleToRawLongBits(k + 0.5)), Type.F64), 2));
                ir.set(StateLayout.VECTORS, ir.bitcast(x, xmm));
                ir.set(StateLayout.VECTORS + 16, ir.binary(Op.SHL, ir.get(StateLayout.VECTORS + 16, xmm), ir.get(StateLayout.VECTORS + 32, xmm)));
                return salt % 2 == 0 ? new Exit.Call(other, pc) : new Exit.Branch(ir.isZero(get(ir, R0)), pc, other);
            });
            regions.add(region(loop(pc, pc + 0x10), work));
        }
        List<ObjectCode> together = compiler.compile(regions, Options.DEFAULT);
        for (int i = 0; i < regions.size(); i++) {
            ObjectCode alone = compile(regions.get(i));
            assertArrayEquals(alone.code(), together.get(i).code(), "region " + i);
            assertEquals(alone.relocations(), together.get(i).relocations());
        }
    }

    @Test void guestRangesAreMerged() {
        Region r = region(block(0x1000, 2, _ -> new Exit.Jump(0x1008)), block(0x1008, 1, _ -> new Exit.Jump(0x1004)),
                block(0x1004, 2, _ -> new Exit.Jump(0x3000)), block(0x2000, 1, _ -> new Exit.Jump(0x1000)));
        assertEquals(List.of(new ObjectCode.Range(0x1000, 12), new ObjectCode.Range(0x2000, 4)), compile(r).guest());
    }

    @Test void fixedImagesNeedNoBias() {
        ObjectCode c = compiler.compile(region(loop(0x1000, 0x2000)), Options.DEFAULT.withFixed(true));
        assertTrue(c.relocations().stream().noneMatch(x -> x.target() == ObjectCode.Target.BIAS));
        assertTrue(compile(region(loop(0x1000, 0x2000))).relocations().stream().anyMatch(x -> x.target() == ObjectCode.Target.BIAS));
    }

    @Test void errorsNameTheRegionAndTheCompilerLivesOn() {
        Region r = region(loop(0x1000, 0x2000));
        String message = assertThrows(CompileException.class, () -> compiler.compile(r, Options.DEFAULT.withPasses("no-such-pass"))).getMessage();
        assertTrue(message.contains("0x1000") && message.contains("no-such-pass"), message);
        compile(r);
    }
}
