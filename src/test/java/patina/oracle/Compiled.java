package patina.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import patina.host.CodeArena;
import patina.host.HostThread;
import patina.host.JumpCache;
import patina.host.Native;
import patina.host.Raw;
import patina.interp.Interpreter;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.ObjectCode;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.ir.Value;
import patina.llvm.LlvmCompiler;
import patina.llvm.Options;
import patina.memory.GuestFault;

/** Native code by LLVM. What it leaves to the interpreter is interpreted. The code of the last instructions is kept for the next state. */
final class Compiled implements Engine {
    private static final int LIMIT = 64, MOST_EXITS = 10_000;

    private final String name;
    private final GuestState at;
    private final Options options;
    private final HostThread thread;
    private final LlvmCompiler compiler;
    private final Interpreter interpreter;
    private final Map<Long, Long> entries = new HashMap<>();
    private byte[] compiled = {};
    /** Address and size of what was linked. */
    private final Deque<long[]> runs = new ArrayDeque<>();

    Compiled(String name, GuestState at, HostThread thread, LlvmCompiler compiler, Options options) {
        this.name = name;
        this.at = at;
        this.thread = thread;
        this.compiler = compiler;
        this.options = options;
        interpreter = new Interpreter(at.guest, at.cpu);
        long state = at.cpu.address;
        new JumpCache(state);
        Raw.putLong(state + StateLayout.EXIT, Native.Stub.EXIT.address());
        Raw.putLong(state + StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
        Raw.putLong(state + StateLayout.SHADOW_STACK, Raw.allocate(16L * StateLayout.SHADOW_ENTRIES));
    }

    @Override public String name() { return name; }

    @Override public Raised run(byte[] code, State state) {
        at.load(code, state);
        if (!Arrays.equals(code, compiled)) {
            while (!runs.isEmpty()) { long[] run = runs.removeLast(); CodeArena.get().release(run[0], run[1]); }
            entries.clear();
            Raw.fill(at.cpu.getLong(StateLayout.SHADOW_STACK), 16L * StateLayout.SHADOW_ENTRIES, (byte) 0xff);   // its continuations are gone
            compiled = code.clone();
        }
        thread.setState(at.cpu.address);
        Raised raised = null;
        for (int n = 0; raised == null && at.cpu.pc() != Layout.END; n++) raised = n < MOST_EXITS ? enter(at.cpu.pc()) : new Raised("endless", -1, true);
        at.store(state);
        return raised;
    }

    private Raised enter(long pc) {
        if (!entries.containsKey(pc) && at.guest.lift(at.memory, pc, 1) == null)
            return Interpreted.raised(new GuestFault(GuestFault.Kind.MAPERR, pc, GuestFault.Access.EXECUTE), (int) (pc - Layout.CODE));
        Raw.putLong(at.cpu.address + StateLayout.EXIT_REASON, -1);
        Native.enter(at.cpu.address, entries.computeIfAbsent(pc, this::compile));
        return switch (ExitReason.values()[(int) at.cpu.getLong(StateLayout.EXIT_REASON)]) {
            case MISS -> null;
            case INTERPRET -> interpret();
            case HELPER -> help(at.cpu.getLong(StateLayout.EXIT_DETAIL));
            case TRAP -> {
                GuestFault left = at.left(new GuestFault(Trap.values()[(int) at.cpu.getLong(StateLayout.EXIT_DETAIL)]), interpreter);
                yield left == null ? null : Interpreted.raised(left, (int) (at.cpu.pc() - Layout.CODE));
            }
            case FAULT -> new Raised(at.cpu.getLong(StateLayout.FAULT_SIGNAL) == 8 ? "#XM" : "#GP", -1, false);
            default -> throw new IllegalStateException("exit " + at.cpu.getLong(StateLayout.EXIT_REASON));
        };
    }

    private Raised help(long detail) {
        try {
            at.guest.help((int) detail, at.cpu);
            at.cpu.setPc(at.cpu.pc() + (detail >>> 32));
            return null;
        } catch (GuestFault fault) {
            return Interpreted.raised(fault, (int) (at.cpu.pc() - Layout.CODE));
        }
    }

    private Raised interpret() {
        try {
            at.interpretOne(interpreter);
            return null;
        } catch (GuestFault fault) {
            return Interpreted.raised(fault, (int) (at.cpu.pc() - Layout.CODE));
        }
    }

    /** The region of all blocks that can be reached from {@code pc}. */
    private long compile(long pc) {
        LinkedHashMap<Long, Block> blocks = new LinkedHashMap<>();
        Deque<Long> work = new ArrayDeque<>();
        work.add(pc);
        while (!work.isEmpty()) {
            long start = work.remove();
            if (start == Layout.END || blocks.containsKey(start)) continue;
            Block block = at.guest.lift(at.memory, start, LIMIT);
            if (block == null) continue;
            blocks.put(start, block);
            for (Value v : block.code()) if (v.op == Op.EXIT_IF) work.add(v.imm);
            switch (block.exit()) {
                case Exit.Jump(long target) -> work.add(target);
                case Exit.Branch(_, long taken, long next) -> { work.add(taken); work.add(next); }
                default -> { }
            }
        }
        return link(compiler.compile(new Region(pc, blocks), options));
    }

    private long link(ObjectCode code) {
        Map<Long, Integer> thunks = new TreeMap<>();
        int size = code.code().length + 15 & -16, bias = size;
        size += 16;
        for (ObjectCode.Relocation r : code.relocations()) {
            if (r.target() == ObjectCode.Target.REGION && r.value() != code.entry() && thunks.putIfAbsent(r.value(), size) == null) size += 32;
        }
        ByteBuffer image = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, code.code());
        for (ObjectCode.Relocation r : code.relocations()) {
            int target = r.target() == ObjectCode.Target.BIAS ? bias : r.value() == code.entry() ? 0 : thunks.get(r.value());
            image.putInt(r.offset(), target + r.addend() - r.offset());
        }
        thunks.forEach((pc, place) -> thunk(image.position(place), pc));
        long to = CodeArena.get().allocate(size);
        runs.addLast(new long[] {to, size});
        Raw.copy(image.array(), 0, to, size);
        CodeArena.get().seal(to, size);
        return to;
    }

    /** mov rbx, pc; mov [r12 + PC], rbx; jmp [r12 + DISPATCH] */
    private static void thunk(ByteBuffer code, long pc) {
        code.put((byte) 0x48).put((byte) 0xbb).putLong(pc);
        code.put(new byte[] {0x49, (byte) 0x89, 0x5c, 0x24, StateLayout.PC, 0x41, (byte) 0xff, 0x64, 0x24, StateLayout.DISPATCH});
    }
}
