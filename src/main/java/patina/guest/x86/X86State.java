package patina.guest.x86;

import static patina.ir.StateLayout.GUEST_FP_CONTROL;
import static patina.ir.StateLayout.GUEST_X87_CONTROL;
import static patina.ir.StateLayout.GUEST_X87_STATUS;
import static patina.ir.StateLayout.REGISTERS;
import static patina.ir.StateLayout.VECTORS;

import java.util.ArrayList;
import java.util.List;
import patina.ir.Lane;
import patina.ir.Slot;
import patina.ir.StateLayout;
import patina.ir.Type;

/**
 * The x86-64 registers in the CPU state. The flags are kept as the values they are computed from, so that an instruction's flags cost
 * nothing until they are looked at: ZF is ZERO == 0, SF is SIGN's top bit, PF is the even parity of PARITY, AF is bit 4 of ADJUST.
 */
public final class X86State {
    private X86State() {}

    public static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

    private static final List<Slot> ALL = new ArrayList<>();
    private static final String[] GPR_NAMES = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
    /** How an XMM register lies in the state; bitcast from here to the lanes wanted. */
    public static final Type XMM_TYPE = new Type(Lane.I64, 2);

    public static final Slot[] GPR = file(GPR_NAMES, REGISTERS, 8, Type.I64);
    private static final int FLAGS = REGISTERS + 16 * 8;
    public static final Slot ZERO = slot("zero", Type.I64, FLAGS), SIGN = slot("sign", Type.I64, FLAGS + 8),
            CF = slot("cf", Type.I1, FLAGS + 16), OF = slot("of", Type.I1, FLAGS + 17), DF = slot("df", Type.I1, FLAGS + 18),
            PARITY = slot("parity", Type.I8, FLAGS + 19), ADJUST = slot("adjust", Type.I8, FLAGS + 20),
            /** The EFLAGS bits that user programs can change and that mean nothing here: NT, AC, ID; and TF; as in EFLAGS. */
            OTHER_FLAGS = slot("flags", Type.I32, FLAGS + 24);
    /** Offsets of the six status flags. */
    static final List<Integer> STATUS_FLAGS = List.of(ZERO.offset(), SIGN.offset(), CF.offset(), OF.offset(), PARITY.offset(), ADJUST.offset());
    public static final Slot FS_BASE = slot("fs_base", Type.I64, FLAGS + 32), GS_BASE = slot("gs_base", Type.I64, FLAGS + 40);
    /** Selectors ES CS SS DS FS GS. */
    public static final Slot[] SELECTOR = file(new String[] {"es", "cs", "ss", "ds", "fs", "gs"}, FLAGS + 48, 2, Type.I16);
    /** x87: TOP 0-7; the status word without TOP, and without the exceptions that Op.F80_RAISED knows; the control word, which only helpers set; the tag word abridged as FXSAVE has it (bit i: physical register i is in use). */
    public static final Slot X87_TOP = slot("top", Type.I64, FLAGS + 64), X87_STATUS = slot("fsw", Type.I16, GUEST_X87_STATUS),
            X87_CONTROL = slot("fcw", Type.I16, GUEST_X87_CONTROL), X87_TAGS = slot("ftw", Type.I8, FLAGS + 76);
    /** The guest address of a helper's memory operand. */
    public static final Slot HELPER_ADDRESS = slot("helper_address", Type.I64, FLAGS + 80);
    /** MXCSR. While native code runs, its sticky flags are in the host's register; only helpers may look at it. */
    public static final Slot MXCSR = slot("mxcsr", Type.I32, GUEST_FP_CONTROL);

    public static final Slot[] XMM = file(numbered("xmm", 16), VECTORS, 16, XMM_TYPE);
    /** Physical x87 registers, 16 bytes each; ST(i) is number (TOP + i) & 7, reached by GETX and SETX. */
    public static final int X87 = VECTORS + 16 * 16;
    /** MMX registers: the significands of the physical x87 registers. */
    public static final Slot[] MMX = file(numbered("mm", 8), X87, 16, Type.I64);
    /** Sign and exponent of the physical x87 registers: all ones after a write to the MMX register. */
    public static final Slot[] X87_EXPONENT = file(numbered("x87exp", 8), X87 + 8, 16, Type.I16);

    /** Arguments of helpers; mean nothing between instructions. */
    private static final int SCRATCH = 2048;
    public static final Slot SCRATCH_A = slot("scratch_a", XMM_TYPE, SCRATCH), SCRATCH_B = slot("scratch_b", XMM_TYPE, SCRATCH + 16),
            SCRATCH_X = slot("scratch_x", Type.I64, SCRATCH + 32), SCRATCH_Y = slot("scratch_y", Type.I64, SCRATCH + 40),
            SCRATCH_IMMEDIATE = slot("scratch_imm", Type.I64, SCRATCH + 48);

    public static final StateLayout LAYOUT = new StateLayout(List.copyOf(ALL));

    private static Slot slot(String name, Type type, int offset) {
        Slot s = new Slot(name, type, offset);
        ALL.add(s);
        return s;
    }

    private static Slot[] file(String[] names, int offset, int stride, Type type) {
        Slot[] slots = new Slot[names.length];
        for (int i = 0; i < names.length; i++) slots[i] = slot(names[i], type, offset + stride * i);
        return slots;
    }

    private static String[] numbered(String prefix, int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) names[i] = prefix + i;
        return names;
    }
}
