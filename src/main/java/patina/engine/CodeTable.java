package patina.engine;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import patina.guest.Guest;
import patina.interp.Code;
import patina.interp.Interpreter;
import patina.interp.Plan;
import patina.ir.Block;
import patina.ir.Op;
import patina.ir.Value;
import patina.memory.AddressSpace;
import patina.memory.GuestFault;
import patina.memory.Mapping;

/**
 * The lifted blocks of a guest process by address: an open hash table. Code from memory that the guest can write, or that is shared, is checked against
 * the bytes it was lifted from at each look-up; other code is dropped when its mapping changes.
 */
final class CodeTable implements Interpreter.Finder {
    /** Longest block, in guest instructions. */
    static final int LIMIT = 32;
    static final int LONGEST_INSN = 15;
    /** Code that changes more often gets no templates: what they take is not given back. */
    private static final int MOST_REWRITTEN = 8;

    private final Guest guest;
    private final AddressSpace memory;
    private final int limit;
    private final Native natives;
    private final Plan plan;
    private Code[] table = new Code[1 << 9];
    private int size;
    /** Blocks found to have other bytes than they were lifted from. */
    long changed;
    /** Set from any thread by mapping changes; looked at before the next look-up. */
    private volatile boolean stale;

    /** What others have lifted; gives null where nobody else is. */
    private final Supplier<Lifted> others;

    CodeTable(Guest guest, AddressSpace memory, int limit, Native natives) { this(guest, memory, limit, natives, () -> null); }

    CodeTable(Guest guest, AddressSpace memory, int limit, Native natives, Supplier<Lifted> others) {
        this.others = others;
        this.natives = natives;
        this.plan = new Plan(guest);
        this.guest = guest;
        this.memory = memory;
        this.limit = limit;
    }

    @Override public Code find(long pc) {
        if (stale) sweep();
        int i = slot(pc);
        Code code = table[i];
        if (code != null && code.source == null) return code;
        if (code != null && sameBytes(code)) return code;
        if (code != null) {
            changed++;
            code.invalidate();
            Code again = lift(pc);
            again.rewritten = code.rewritten + 1;
            if (again.rewritten > MOST_REWRITTEN) again.onlyInterpret();
            return table[i] = again;
        }
        code = lift(pc);
        if (2 * ++size > table.length) grow();
        return table[slot(pc)] = code;
    }

    /** Where native code exists for a block that is already lifted. */
    interface Native { long find(long pc); }

    /** All present blocks. */
    void forEach(Consumer<Code> action) {
        for (Code code : table) if (code != null && !code.isInvalid()) action.accept(code);
    }

    /** Blocks that touch [start, end) are gone. */
    void invalidate(long start, long end) {
        for (Code code : table) {
            if (code == null || code.block.pc() >= end || code.block.pc() + code.block.length() <= start) continue;
            code.invalidate();
            stale = true;
        }
    }

    private Code lift(long pc) {
        Lifted lifted = others.get();
        Mapping at = lifted == null ? null : memory.mapping(pc);
        Code known = at == null || at.file() == null || changes(at) ? null : lifted.find(memory, pc);
        if (known == null || known.block.pc() + known.block.length() > at.end()) known = lift(pc, at == null || at.file() == null ? null : lifted);
        known.setHostEntry(natives.find(pc));
        return known;
    }

    private Code lift(long pc, Lifted lifted) {
        Block block = guest.lift(memory, pc, limit);
        if (block == null) throw notThere(pc);
        byte[] source = null;
        Mapping first = memory.mapping(pc);
        long end = pc + block.length();
        Mapping last = first != null && end <= first.end() ? first : memory.mapping(end - 1);
        if (changes(first) || changes(last)) {
            int writes = firstWrite(block);
            if (writes < block.instructions()) block = guest.lift(memory, pc, writes);
            memory.fetch(pc, source = new byte[block.length()]);
        }
        Code code = new Code(block, source, plan);
        if (source != null && !(isAnonymous(first) && isAnonymous(last))) code.onlyInterpret();      // the file may end before the page: only a look-up sees that
        if (lifted != null && source == null) lifted.add(memory, code);
        return code;
    }

    private static boolean isAnonymous(Mapping mapping) { return mapping != null && mapping.file() == null; }

    private static boolean changes(Mapping mapping) { return mapping != null && mapping.changes(); }

    /** The number of the first instruction that writes memory, from 1: what comes after it may be what it writes, and is looked at anew. */
    private static int firstWrite(Block block) {
        for (Value v : block.code())
            if (v.op.shape == Op.Shape.MEMORY && v.op != Op.LOAD) return v.insn + 1;
        return block.instructions();
    }

    /** An instruction may begin where code is and end where none is. */
    private GuestFault notThere(long pc) {
        if (!AddressSpace.isCanonical(pc)) return new GuestFault(GuestFault.Kind.GENERAL, pc, GuestFault.Access.EXECUTE);
        long at = pc + memory.fetch(pc, new byte[LONGEST_INSN]);
        return new GuestFault(memory.mapping(at) == null ? GuestFault.Kind.MAPERR : GuestFault.Kind.ACCERR, at, GuestFault.Access.EXECUTE);
    }

    private boolean sameBytes(Code code) {
        byte[] now = new byte[code.source.length];
        return memory.fetch(code.block.pc(), now) == now.length && Arrays.equals(now, code.source);
    }

    private int slot(long pc) {
        int mask = table.length - 1, i = (int) (pc ^ pc >>> 12) * 0x9e3779b9 >>> 8 & mask;
        while (table[i] != null && table[i].block.pc() != pc) i = i + 1 & mask;
        return i;
    }

    private void grow() {
        Code[] old = table;
        table = new Code[2 * old.length];
        for (Code code : old) if (code != null) table[slot(code.block.pc())] = code;
    }

    private void sweep() {
        stale = false;
        Code[] old = table;
        table = new Code[old.length];
        size = 0;
        for (Code code : old) if (code != null && !code.isInvalid()) { table[slot(code.block.pc())] = code; size++; }
    }
}
