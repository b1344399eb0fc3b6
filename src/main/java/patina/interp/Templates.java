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
    private static final int HEAD = 64;
    /** Address space; memory is taken as it is used. Blocks that find no room stay interpreted. */
    private static final long DATA = 256 << 20, CODE = 64 << 20;

    private final CpuState cpu;
    private final List<Template> all = new ArrayList<>();
    private final TemplateCompiler compiler = new TemplateCompiler(this);
    private CodeArena.Twofold code;
    private long data, dataUsed, codeUsed, gate;
    private boolean refused;

    Templates(CpuState cpu) { this.cpu = cpu; }

    // ---- making

    /** Makes the block's template if that can be done. */
    void make(Code block) {
        block.tried = true;
        if (refused || !reserve()) return;
        Template t = compiler.compile(block);
        if (t == null) return;
        all.add(t);
        block.template = t;
    }

    /** From here on an exit of {@code from} leads to {@code to}; see {@link Template#link}. */
    void link(Template from, int exit, Template to) {
        boolean tail = exit < 2 && from.code.tail != null && (from == to || (from.code.tailFlags & ~to.code.overwritten) != 0);
        if (tail && from.tails == null) from.tails = compiler.tail(from);
        from.link(exit, to, tail);
    }

    private boolean reserve() {
        if (code != null) return true;
        refused = true;
        if (!HostCpu.isV2()) return false;
        CodeArena.Twofold twofold = CodeArena.get().twofold(CODE);
        if (twofold == null) return false;
        long a = Syscall.mmap(0, DATA, HostMemory.READ | HostMemory.WRITE, HostMemory.PRIVATE | HostMemory.ANONYMOUS | HostMemory.NORESERVE, -1, 0);
        if (a < 0) return false;
        refused = false;
        code = twofold;
        data = a;
        dataUsed = HEAD;
        Raw.putLong(data + LIMIT, cpu.memory.size());
        Raw.putLong(data + LEAVE, Native.Stub.LEAVE.address());
        all.add(null);
        Emitter gate = new Emitter();
        gate.move(Emitter.RBX, data);
        gate.memory(Emitter.NONE, false, 0xff, 4, Emitter.Base.DATA, ENTRY);
        this.gate = code(gate);
        return true;
    }

    /** Of the template made next. */
    int next() { return all.size(); }

    /** Zeroed data; 0 if there is no room. */
    long data(long length) {
        if (dataUsed + length > DATA) return 0;
        long a = data + dataUsed;
        dataUsed += length;
        return a;
    }

    int offset(long address) { return (int) (address - data); }

    /** Puts what was written where it can be executed; 0 if there is no room. */
    long code(Emitter x) {
        if (codeUsed + x.size() > CODE) return 0;
        long at = codeUsed;
        x.copyTo(code.writable() + at);
        codeUsed += x.size() + 15 & -16;
        return code.executable() + at;
    }

    // ---- running

    /** Guest instructions completed. */
    long instructions() { return code == null ? 0 : Raw.getLong(data + TOTAL); }

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
        if (code == null) return;
        HostMemory.unmap(data, DATA);
        HostMemory.unmap(code.writable(), CODE);
        CodeArena.get().release(code.executable(), CODE);
        code = null;
        refused = true;
    }
}
