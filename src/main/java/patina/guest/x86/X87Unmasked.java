package patina.guest.x86;

import static patina.guest.x86.X87Registers.DENORMAL;
import static patina.guest.x86.X87Registers.INVALID;
import static patina.guest.x86.X87Registers.OVERFLOW;
import static patina.guest.x86.X87Registers.STACK_FAULT;
import static patina.guest.x86.X87Registers.UNDERFLOW;
import static patina.guest.x86.X87Registers.ZERO_DIVIDE;

import patina.guest.Cpu;
import patina.ir.FloatUnit;
import patina.ir.StateLayout;

/**
 * x87 exceptions that are not masked (SDM vol. 1, 8.6, 8.7): the instruction that raises one has no result, or one with a wrapped exponent, and sets
 * the error summary; the next instruction that waits is where the exception comes. All this is rare: where any exception is not masked, lifted
 * code stops at each x87 instruction, and it is done here, as if all were masked, and then undone as far as need be.
 */
final class X87Unmasked {
    private X87Unmasked() {}

    private static final int OPERANDS = INVALID | DENORMAL | ZERO_DIVIDE, CODES = X87Stack.C0 | X87Stack.C1 | X87Stack.C2 | X87Stack.C3;

    /** What lifted code asks before the instruction at hand. */
    static void check(Lift l) {
        switch (l.insn.mnemonic()) {
            case FNSTCW, FNSTSW, FNCLEX, FNINIT, FNSTENV, FNSAVE, FENI, FDISI, FSETPM -> { }
            case FLDCW, FLDENV, FRSTOR, FWAIT, FNOP -> l.x87.checkPending();
            default -> l.x87.checkMasked();
        }
    }

    /** See {@link patina.guest.Guest#completes}. */
    static boolean completes(Cpu cpu, Runnable execute) {
        X87Registers st = new X87Registers(cpu);
        if ((st.status() & X87Stack.PENDING) != 0) return false;
        Insn insn = Culprit.insn(cpu);
        if (insn == null || !X87.has(insn)) return true;       // the code has been written over meanwhile
        Saved before = new Saved(st, insn);
        boolean inMemory = before.inMemory;
        int unmasked = ~before.control & FloatUnit.ALL;
        st.setStatus(before.status & ~(FloatUnit.ALL | STACK_FAULT));
        cpu.setShort(X86State.X87_CONTROL.offset(), (short) (before.control | FloatUnit.ALL | (inMemory ? 0 : FloatUnit.wraps(unmasked))));
        RuntimeException badTarget = null;
        try {
            execute.run();
        } catch (RuntimeException fault) {
            badTarget = fault;
        } finally {
            st.setControl(before.control);
        }
        int now = st.status(), raised = now & FloatUnit.ALL, faults = now & STACK_FAULT;
        if (badTarget != null && inMemory) {
            before.memory = null;
            boolean empty = (before.tags >> before.top & 1) == 0;       // said after the store only
            if (empty) {
                raised = INVALID;
                faults = STACK_FAULT;
                now &= ~X87Stack.C1;
            }
        }
        if (before.storesTiny(raised)) raised |= UNDERFLOW & unmasked;
        if (badTarget != null) {
            before.restore(st);
            if (!inMemory || (raised & unmasked & ~FloatUnit.INEXACT) == 0) throw badTarget;
            st.cpu.setLong(StateLayout.PC, insn.next());        // nothing is stored then, so memory is not asked for
        }
        int first = raised & unmasked & OPERANDS, then = raised & unmasked & (OVERFLOW | UNDERFLOW);
        if (first == DENORMAL && before.loads) first = 0;
        if (first != 0 || then != 0 && inMemory) {
            long next = cpu.getLong(StateLayout.PC);
            before.restore(st);
            cpu.setLong(StateLayout.PC, next);
            raised &= first != 0 ? OPERANDS : then;
        }
        int codes = first != 0 && before.remainder ? before.status & ~(X87Stack.C1 | X87Stack.C2) : now;
        st.setStatus(before.status & ~CODES | codes & CODES | faults | raised);
        st.summarize();
        return true;
    }

    /** What an instruction without a result leaves as it was. Comparisons give theirs all the same. */
    private static final class Saved {
        final int control, status, top, tags;
        final long pc;
        final long[] significands = new long[8];
        final int[] exponents = new int[8];
        /** The instruction stores to memory. */
        final boolean inMemory;
        /** Destination's bytes, at {@link #address}; null if it has none or may not be accessed. */
        byte[] memory;
        final long address;
        /** FLD of a denormal gives the number all the same; a remainder that is not taken leaves the condition codes. */
        final boolean loads, remainder;
        /** FST, FSTP. */
        final boolean real;
        private final int bits;

        Saved(X87Registers st, Insn insn) {
            control = st.control();
            status = st.status();
            top = st.top();
            tags = st.tags();
            pc = st.cpu.getLong(StateLayout.PC);
            for (int i = 0; i < 8; i++) {
                significands[i] = st.significand(i);
                exponents[i] = st.signExponent(i);
            }
            Operand.Memory m = insn.operands().isEmpty() || !(insn.operands().get(0) instanceof Operand.Memory o) ? null : o;
            remainder = insn.mnemonic() == Mnemonic.FPREM || insn.mnemonic() == Mnemonic.FPREM1;
            real = insn.mnemonic() == Mnemonic.FST || insn.mnemonic() == Mnemonic.FSTP;
            loads = m != null && insn.mnemonic() == Mnemonic.FLD;
            address = m == null ? 0 : Culprit.address(st.cpu, insn, m);
            bits = m == null ? 0 : m.bits();
            inMemory = m != null && stores(insn.mnemonic());
            if (inMemory) memory = bytes(st.cpu, bits / 8);
        }

        private byte[] bytes(Cpu cpu, int count) {
            byte[] bytes = new byte[count];
            try {
                for (int i = 0; i < count; i++) bytes[i] = (byte) cpu.load(address + i, 1);
                return bytes;
            } catch (RuntimeException bad) {
                return null;        // the store will say so, if it comes to that
            }
        }

        /** Whether it was a denormal of 32 or 64 bits, and exact: where underflow is not masked, being tiny is enough for it (SDM vol. 1, 8.5.5). */
        boolean storesTiny(int raised) {
            if (!real || !inMemory || bits > 64 || (raised & (INVALID | FloatUnit.INEXACT)) != 0) return false;
            return significands[0] != 0 && (exponents[0] & 0x7fff) < SMALLEST_EXPONENT[bits / 64];
        }

        /** Of normal numbers of 32 and of 64 bits, as F80 has it. */
        private static final int[] SMALLEST_EXPONENT = {0x3fff - 126, 0x3fff - 1022};

        private static boolean stores(Mnemonic m) {
            return switch (m) {
                case FST, FSTP, FIST, FISTP, FISTTP, FBSTP -> true;
                default -> false;
            };
        }

        void restore(X87Registers st) {
            st.setStatus(status);
            st.setTop(top);
            for (int i = 0; i < 8; i++) st.set(i, significands[i], exponents[i]);
            st.setTags(tags);
            st.cpu.setLong(StateLayout.PC, pc);
            if (memory != null) for (int i = 0; i < memory.length; i++) st.cpu.store(address + i, 1, memory[i]);
        }
    }
}
