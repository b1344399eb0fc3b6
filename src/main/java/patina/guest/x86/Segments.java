package patina.guest.x86;

import static patina.guest.x86.X86State.FS_BASE;
import static patina.guest.x86.X86State.GS_BASE;
import static patina.guest.x86.X86State.SELECTOR;

import patina.ir.Op;
import patina.ir.Trap;
import patina.ir.Type;
import patina.ir.Value;

/** Loading segment registers, with the descriptors that Linux gives to 64-bit programs (arch/x86/include/asm/segment.h, GDT layout). */
final class Segments {
    private Segments() {}

    private static final int SS = 2, FS = 4, GS = 5, STACK_SELECTOR = 0x2b;
    /** 32-bit code, data, 64-bit code, the processor's number: 0x20, 0x28, 0x30, 0x78, as bits of selector / 8. */
    private static final int PRESENT = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 15, NULL = 1, ENTRIES = 16;

    /** MOV and POP to a segment register: all bases are 0 (SDM vol. 2, MOV; Intel's processors clear it for a null selector too). */
    static void load(Lift l, int segment, Value selector) {
        Value wide = l.ir.zext(l.ir.trunc(selector, Type.I16), Type.I64);
        l.ir.trapIf(l.ir.not(segment == SS ? l.ir.compare(Op.EQ, wide, l.ir.i64(STACK_SELECTOR)) : isPresent(l, wide)), Trap.GENERAL_PROTECTION);
        l.ir.set(SELECTOR[segment], l.ir.trunc(wide, Type.I16));
        if (segment == FS) l.ir.set(FS_BASE, l.ir.i64(0));
        if (segment == GS) l.ir.set(GS_BASE, l.ir.i64(0));
    }

    /** The selector is null, or of a segment that programs may read; bit 2, of a local descriptor table, is not set. */
    private static Value isPresent(Lift l, Value selector) {
        Value entry = l.ir.lshr(selector, 3), present = l.ir.binary(Op.LSHR, l.ir.i64(PRESENT | NULL), l.ir.and(entry, ENTRIES - 1));
        Value inTable = l.ir.compare(Op.ULT, entry, l.ir.i64(ENTRIES)), local = l.ir.trunc(l.ir.lshr(selector, 2), Type.I1);
        return l.ir.and(l.ir.and(l.ir.trunc(present, Type.I1), inTable), l.ir.not(local));
    }
}
