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
        boolean inMemory = before.memory != null;
        int unmasked = ~before.control & FloatUnit.ALL;
        st.setStatus(before.status & ~(FloatUnit.ALL | STACK_FAULT));
        cpu.setShort(X86State.X87_CONTROL.offset(), (short) (before.control | FloatUnit.ALL | (inMemory ? 0 : FloatUnit.wraps(unmasked))));
        try {
            execute.run();
        } catch (RuntimeException fault) {
            before.restore(st);
            throw fault;
        } finally {
            st.setControl(before.control);
        }
        int now = st.status(), raised = now & FloatUnit.ALL, faults = now & STACK_FAULT;
        if (before.storesTiny(st.cpu)) raised |= UNDERFLOW & unmasked;
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
        /** The bytes that the instruction stores to, at {@link #address}; or null. */
        byte[] memory;
        final long address;
        /** FLD of a denormal gives the number all the same; a remainder that is not taken leaves the condition codes. */
        final boolean loads, remainder;
        /** FST, FSTP. */
        final boolean real;

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
            if (m == null || !stores(insn.mnemonic())) return;
            memory = new byte[m.bits() / 8];
            for (int i = 0; i < memory.length; i++) memory[i] = (byte) st.cpu.load(address + i, 1);
        }

        /** Whether a denormal of 32 or 64 bits was stored: where underflow is not masked, being tiny is enough for it (SDM vol. 1, 8.5.5). */
        boolean storesTiny(Cpu cpu) {
            if (!real || memory == null || memory.length > 8) return false;
            long v = cpu.load(address, memory.length) << 64 - 8 * memory.length << 1;
            return v != 0 && v >>> (memory.length == 4 ? 56 : 53) == 0;
        }

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
