package patina.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static patina.guest.SyscallName.*;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import patina.guest.x86.FlagsWord;
import patina.guest.x86.X86State;
import patina.host.Errno;
import patina.ir.StateLayout;
import patina.ir.Trap;
import patina.memory.CpuState;
import patina.memory.GuestFault;

/** Handlers' frames, masks, alternate stacks, restarts. The handlers themselves never run: the test plays the guest. */
class SignalTest {
    private static final long D = Guests.DATA, HANDLER = 0x1234_0000, RESTORER = 0x1234_1000;
    private static final int SIGFPE = 8, SIGUSR1 = 10, SIGSEGV = 11, SIGUSR2 = 12;
    private static final long SA_SIGINFO = 4, SA_RESTORER = 0x04000000;

    final Guests g = new Guests();
    final CpuState cpu = g.task.cpu();

    @AfterEach void close() { g.close(); }

    private void handle(int signal, long flags, long mask) {
        g.memory.store(D, 8, HANDLER);
        g.memory.store(D + 8, 8, flags | SA_SIGINFO | SA_RESTORER);
        g.memory.store(D + 16, 8, RESTORER);
        g.memory.store(D + 24, 8, mask);
        assertEquals(0, g.call(RT_SIGACTION, signal, D, 0, 8));
    }

    private long register(int n) { return cpu.getLong(X86State.GPR[n].offset()); }

    /** What the frame must bring back: all but the header, with flags as a word, as several values mean the same flags. */
    private byte[] state() {
        byte[] all = new byte[StateLayout.SIZE];
        for (int i = StateLayout.REGISTERS; i < all.length; i++) all[i] = cpu.getByte(i);
        int flags = X86State.ZERO.offset();
        for (int i = 0; i < 24; i++) all[flags + i] = 0;
        return all;
    }

    @Test void frameAndBack() {
        handle(SIGUSR1, 0, 0x10);
        Random random = new Random(3);
        for (int i = 0; i < 16; i++) if (i != X86State.RSP) cpu.setLong(X86State.GPR[i].offset(), random.nextLong());
        for (int i = 0; i < 32; i++) cpu.setLong(X86State.XMM[0].offset() + 8 * i, random.nextLong());
        for (int i = 0; i < 8; i++) { cpu.setLong(X86State.X87 + 16 * i, random.nextLong()); cpu.setShort(X86State.X87 + 16 * i + 8, (short) random.nextInt()); }
        cpu.setLong(X86State.X87_TOP.offset(), 5);
        cpu.setShort(X86State.X87_STATUS.offset(), (short) 0x4100);
        cpu.setByte(X86State.X87_TAGS.offset(), (byte) 0xe0);
        cpu.setInt(X86State.MXCSR.offset(), 0x1fa0);
        FlagsWord.write(cpu, 0xcd7);
        cpu.setPc(0x5555);
        long sp = register(X86State.RSP);
        byte[] before = state();
        long flags = FlagsWord.read(cpu);

        g.task.post(SIGUSR1);
        assertEquals(1, cpu.getLong(StateLayout.POLL));
        assertTrue(g.task.deliverSignals());
        long frame = register(X86State.RSP);
        assertEquals(HANDLER, cpu.pc());
        assertEquals(SIGUSR1, register(X86State.RDI));
        assertEquals(8, frame & 15);
        assertTrue(frame < sp - 128 - 512, "red zone and FXSAVE area");
        assertEquals(RESTORER, g.memory.load(frame, 8));
        assertEquals(SIGUSR1, g.memory.load(register(X86State.RSI), 4), "si_signo");
        assertEquals(0x5555, g.memory.load(register(X86State.RDX) + 40 + 128, 8), "uc_mcontext.gregs[REG_RIP]");
        assertEquals(0x10 | 1L << SIGUSR1 - 1, g.task.mask());
        assertEquals(0x1f80, cpu.getInt(X86State.MXCSR.offset()));
        assertEquals(0, FlagsWord.read(cpu) & 0x400, "DF");

        cpu.setLong(X86State.GPR[X86State.RSP].offset(), frame + 8);       // the handler's ret
        cpu.setLong(X86State.GPR[X86State.RAX].offset(), RT_SIGRETURN.x86Number());
        g.task.syscall();
        assertArrayEquals(before, state());
        assertEquals(flags, FlagsWord.read(cpu));
        assertEquals(0x5555, cpu.pc());
        assertEquals(0, g.task.mask());
    }

    @Test void alternateStack() {
        handle(SIGUSR1, 0x08000000, 0);
        g.memory.store(D, 8, D + 0x1000); g.memory.store(D + 8, 8, 0); g.memory.store(D + 16, 8, 0x4000);
        assertEquals(0, g.call(SIGALTSTACK, D, 0));
        g.task.post(SIGUSR1);
        g.task.deliverSignals();
        long sp = register(X86State.RSP);
        assertTrue(sp > D + 0x1000 && sp < D + 0x5000);
        assertEquals(Errno.EPERM.result(), g.call(SIGALTSTACK, D, 0), "in use");
        assertEquals(0, g.call(SIGALTSTACK, 0, D + 0x8000));
        assertEquals(1, g.memory.load(D + 0x8008, 4), "SS_ONSTACK");
    }

    @Test void blockedSignalsWait() {
        handle(SIGUSR1, 0, 0);
        g.memory.store(D + 64, 8, 1L << SIGUSR1 - 1);
        assertEquals(0, g.call(RT_SIGPROCMASK, 0, D + 64, 0, 8));
        assertEquals(0, g.call(KILL, g.process.pid(), SIGUSR1));
        assertFalse(g.task.deliverSignals());
        assertEquals(0, g.call(RT_SIGPENDING, D + 72, 8));
        assertEquals(1L << SIGUSR1 - 1, g.memory.load(D + 72, 8));
        assertEquals(0, g.call(RT_SIGPROCMASK, 1, D + 64, 0, 8));
        assertTrue(g.task.deliverSignals());
    }

    @Test void restartOrEintr() {
        assertEquals(0, g.call(PIPE2, D + 128, 0));
        long read = g.memory.load(D + 128, 4);
        for (boolean restart : new boolean[] {true, false}) {
            handle(SIGUSR1, restart ? 0x10000000 : 0, 0);
            g.task.setMask(0);
            g.task.post(SIGUSR1);
            cpu.setPc(0x7000);
            long result = g.call(READ, read, D + 256, 10);
            assertEquals(restart ? 0x6ffe : 0x7000, cpu.pc());
            assertEquals(restart ? READ.x86Number() : Errno.EINTR.result(), result);
            assertTrue(g.task.deliverSignals());
        }
        Kernel.call(CLOSE, read);
        Kernel.call(CLOSE, g.memory.load(D + 132, 4));
    }

    @Test void suspendBringsTheOldMaskBack() {
        handle(SIGUSR1, 0, 0);
        long blocked = 1L << SIGUSR1 - 1;
        g.task.setMask(blocked);
        g.task.post(SIGUSR1);
        g.memory.store(D + 64, 8, 0);
        assertEquals(Errno.EINTR.result(), g.call(RT_SIGSUSPEND, D + 64, 8));
        assertTrue(g.task.deliverSignals());
        assertEquals(blocked, g.memory.load(register(X86State.RDX) + 296, 8), "uc_sigmask");
    }

    @Test void timedWaitTakesASignal() {
        g.task.setMask(1L << SIGUSR2 - 1);
        g.task.post(SIGUSR2);
        g.memory.store(D + 64, 8, 1L << SIGUSR2 - 1);
        assertEquals(SIGUSR2, g.call(RT_SIGTIMEDWAIT, D + 64, D + 128, 0, 8));
        assertEquals(SIGUSR2, g.memory.load(D + 128, 4));
        cpu.setLong(StateLayout.POLL, 0);
        g.memory.store(D + 80, 8, 0); g.memory.store(D + 88, 8, 1_000_000);
        assertEquals(Errno.EAGAIN.result(), g.call(RT_SIGTIMEDWAIT, D + 64, 0, D + 80, 8));
    }

    @Test void faultsBecomeSignals() {
        handle(SIGSEGV, 0, 0);
        handle(SIGFPE, 0, 0);
        cpu.setPc(0x4444);
        g.task.fault(new GuestFault(GuestFault.Kind.MAPERR, 0xdead000, GuestFault.Access.WRITE));
        long info = register(X86State.RSI), context = register(X86State.RDX) + 40;
        assertEquals(1, g.memory.load(info + 8, 4), "SEGV_MAPERR");
        assertEquals(0xdead000, g.memory.load(info + 16, 8));
        assertEquals(6, g.memory.load(context + 152, 8), "write, user");
        assertEquals(14, g.memory.load(context + 160, 8));
        assertEquals(0xdead000, g.memory.load(context + 176, 8), "CR2");
        g.task.fault(new GuestFault(Trap.DIVIDE));
        assertEquals(SIGFPE, register(X86State.RDI));
        // SIGSEGV is blocked while its handler runs: a second one is the end
        g.task.fault(new GuestFault(GuestFault.Kind.ACCERR, 0x1000, GuestFault.Access.READ));
        assertTrue(g.process.exited());
        assertEquals(SIGSEGV, g.process.terminatingSignal());
    }

    @Test void noStackIsTheEnd() {
        handle(SIGUSR1, 0, 0);
        cpu.setLong(X86State.GPR[X86State.RSP].offset(), Guests.UNMAPPED);
        g.task.post(SIGUSR1);
        g.task.deliverSignals();
        assertEquals(SIGSEGV, g.process.terminatingSignal());
    }
}
