package patina.interp;

import java.util.ArrayList;
import java.util.List;
import patina.host.CodeArena;
import patina.host.HostCpu;
import patina.host.HostMemory;
import patina.host.Native;
import patina.host.Raw;
import patina.host.Syscall;
import patina.ir.ExitReason;
import patina.ir.StateLayout;
import patina.memory.CpuState;

/**
 * The templates of one guest thread, and the memory that they live in: machine code in the code arena, and data (counts, exits, frames)
 * behind a head of words that the machine code shares with Java. Reserved when the first template is made.
 */
final class Templates {
    /** Words at the head of the data: first address beyond guest memory; the template whose tail is due, or 0; guest instructions; a place to jump to. */
    static final int LIMIT = 0, PENDING = 8, TOTAL = 16, NEXT = 24;
    /** The template that came back, and its {@link TemplateCompiler} way and step; where it does that; where a run begins. */
    static final int INDEX = 32, WAY = 40, LEAVE = 48, ENTRY = 56;
    /** Where what nobody wants counted is counted. */
    private static final int NOBODY = 64;
    private static final int HEAD = 80;
    /** Address space; memory is taken as it is used. Blocks that find no room stay interpreted. */
    private static final long DATA = 256 << 20, CODE = 64 << 20, SPARE = 16;
    /** Of the instruction cache: what is written is not what is executed. */
    private static final int LINE = 64;

    private final CpuState cpu;
    private final List<Template> all = new ArrayList<>();
    private final TemplateCompiler compiler = new TemplateCompiler(this);
    private CodeArena.Twofold code;
    private volatile long data;
    private long dataUsed, codeUsed, gate;
    private boolean refused;
    /** {@link #instructions} when it was closed. */
    private long ended;

    Templates(CpuState cpu) { this.cpu = cpu; }

    // ---- making

    /** Makes the block's template if that can be done. */
    void make(Code block) {
        block.tried = true;
        if (refused || !reserve()) return;
        Template t = compiler.compile(block);
        if (t == null) return;
        all.add(t);
        block.hasTemplate(t);
    }

    /** From here on an exit of {@code from} leads to {@code to}; see {@link Template#link}. */
    void link(Template from, int exit, Template to) {
        boolean tail = exit < 2 && from.code.tail != null && (from == to || (from.code.tailFlags & ~to.code.overwritten) != 0);
        if (tail && from.tails == null) from.tails = compiler.tail(from);
        from.link(exit, to, tail, this);
    }

    private boolean reserve() {
        if (data != 0) return true;
        refused = true;
        if (!HostCpu.isV2() || (code = room()) == null) return false;
        long a = Syscall.mmap(0, DATA, HostMemory.READ | HostMemory.WRITE, HostMemory.PRIVATE | HostMemory.ANONYMOUS | HostMemory.NORESERVE, -1, 0);
        if (a < 0) {
            CodeArena.get().release(code);
            return false;
        }
        refused = false;
        dataUsed = HEAD;
        Raw.putLong(a + LIMIT, cpu.memory.size());
        Raw.putLong(a + LEAVE, Native.Stub.LEAVE.address());
        all.add(null);
        Emitter gate = new Emitter();
        gate.move(Emitter.RBX, a);
        gate.memory(Emitter.NONE, false, 0xff, 4, Emitter.Base.DATA, ENTRY);
        this.gate = code(gate);
        data = a;       // from here on other threads read the counts
        return true;
    }

    /** null where the host has no room for native code. */
    private static CodeArena.Twofold room() {
        try {
            return CodeArena.get().twofold(CODE);
        } catch (IllegalStateException noRoom) {
            return null;
        }
    }

    /** Of the template made next. */
    int next() { return all.size(); }

    /** Zeroed data; 0 if there is no room, and then there will be no more templates. */
    long data(long length) {
        if (dataUsed + length > DATA - SPARE) {
            refused = true;
            return 0;
        }
        long a = data + dataUsed;
        dataUsed += length;
        return a;
    }

    /** Address of a word to count in what nobody asks for. */
    long nobody() { return data + NOBODY; }

    int offset(long address) { return (int) (address - data); }

    /** Puts what was written where it can be executed; 0 if there is no room. */
    long code(Emitter x) {
        if (codeUsed + x.size() > CODE) {
            refused = true;
            return 0;
        }
        long at = codeUsed;
        x.copyTo(code.writable() + at);
        codeUsed += x.size() + LINE - 1 & -LINE;
        return code.executable() + at;
    }

    // ---- running

    /** Guest instructions completed. */
    long instructions() {
        long a = data;
        return a == 0 ? ended : Raw.getLong(a + TOTAL);
    }

    /** The template whose tail is due; or null. */
    Template pending() { return all.get(Raw.getInt(data + PENDING)); }

    /** Runs machine code from {@code entry} on; returns the template that came back, {@link #way} and {@link #step} tell with what. */
    Template run(long entry) {
        long state = cpu.address;
        Raw.putLong(data + ENTRY, entry);
        Raw.putLong(state + StateLayout.EXIT_REASON, -1);
        Native.enter(state, gate);
        if (Raw.getLong(state + StateLayout.EXIT_REASON) != ExitReason.FAULT.ordinal()) {
            int way = Raw.getInt(data + WAY);
            this.way = way >>> 16;
            step = way & 0xffff;
            return all.get(Raw.getInt(data + INDEX));
        }
        long host = Raw.getLong(state + StateLayout.FAULT_HOST_PC);
        Template t = at(host);
        way = TemplateCompiler.SIDE;
        step = t.step(host);
        return t;
    }

    int way, step;

    /** The tail of {@code t} is due; null: none. */
    void setPending(Template t) { Raw.putInt(data + PENDING, t == null ? 0 : t.index); }

    /** The template whose machine code is at a host address. */
    private Template at(long host) {
        int low = 1, high = all.size() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (all.get(middle).entry <= host) low = middle; else high = middle - 1;
        }
        return all.get(low);
    }

    /** When the thread is gone. */
    void close() {
        if (data == 0) return;
        ended = instructions();
        long a = data;
        data = 0;
        refused = true;
        HostMemory.unmap(a, DATA);
        CodeArena.get().release(code);
    }
}
