package patina.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import patina.ir.StateLayout;

/** Asynchronous signals: noted, the guest thread woken wherever it is, nothing lost between its look at POLL and the kernel. */
class SignalsTest {
    private static final int SIGUSR1 = 10, SIGSEGV = 11, PAUSE = 34, KILL = 62;

    private static void kill(int signal) { assertEquals(0, Syscall.call(KILL, ProcessHandle.current().pid(), signal)); }

    @Test void aSignalFromOutsideInterruptsABlockedCall() throws Exception {
        long s = Raw.allocate(StateLayout.SIZE), info = Raw.allocate(Signals.INFO);
        long[] id = {0}, result = {0};
        Thread guest = new Thread(() -> {
            try (HostThread thread = HostThread.attach(s, 0)) {
                id[0] = HostThread.id();
                Signals.deliverTo(s, id[0]);
                assertEquals(0, Signals.install(SIGUSR1));
                result[0] = Native.interruptibleSyscall(s, PAUSE, 0, 0, 0, 0, 0, 0);
            }
        });
        guest.start();
        while (guest.isAlive() && Raw.getLongVolatile(s + StateLayout.POLL) == 0) {
            Thread.sleep(20);
            if (id[0] != 0 && Raw.getLongVolatile(StubData.address(StubData.SIGNAL_STATE)) == s) { Thread.sleep(20); kill(SIGUSR1); break; }
        }
        guest.join(10_000);
        assertTrue(!guest.isAlive(), "still blocked");
        assertEquals(Errno.EINTR.result(), result[0]);
        assertEquals(1, Raw.getLong(s + StateLayout.POLL));
        assertEquals(SIGUSR1, Signals.take(info));
        assertEquals(ProcessHandle.current().pid(), Raw.getInt(info + 16), "si_pid");
        assertEquals(0, Signals.take(info));
        Signals.deliverTo(0, 0);
        Signals.restoreOriginal(SIGUSR1);
    }

    /** A call that would sleep for ever after each missed signal: the race shows as a hang. */
    @Test void noWakeUpIsMissed() throws Exception {
        long s = Raw.allocate(StateLayout.SIZE);
        int rounds = 20_000;
        long[] id = {0};
        int[] done = {0};
        Thread guest = new Thread(() -> {
            try (HostThread thread = HostThread.attach(s, 0)) {
                id[0] = HostThread.id();
                Raw.fence();
                for (int i = 0; i < rounds; i++) {
                    assertEquals(Errno.EINTR.result(), Native.interruptibleSyscall(s, PAUSE, 0, 0, 0, 0, 0, 0));
                    done[0]++;
                    Raw.putLongVolatile(s + StateLayout.POLL, 0);
                }
            }
        });
        guest.start();
        long end = System.nanoTime() + 60_000_000_000L;
        int sent = 0;
        while (guest.isAlive() && System.nanoTime() < end) {
            if (id[0] != 0 && Raw.getLongVolatile(s + StateLayout.POLL) == 0) { Signals.interrupt(s, id[0]); sent++; }
            else Thread.onSpinWait();
            Raw.fence();
        }
        assertTrue(!guest.isAlive(), "hangs after " + done[0] + " of " + sent);
        assertEquals(rounds, done[0]);
    }

    @Test void aFullRingKeepsTheNumber() {
        long info = Raw.allocate(Signals.INFO);
        int signal = 40;
        assertEquals(0, Signals.install(signal));
        long self = HostThread.id(), pid = ProcessHandle.current().pid();
        for (int i = 0; i < 200; i++) assertEquals(0, Syscall.call(Syscall.TGKILL, pid, self, signal));
        int n = 0;
        while (Signals.take(info) == signal) n++;
        assertEquals(StubData.RING_ENTRIES + 1, n);
        assertEquals(0, Signals.restoreDefault(signal));
    }

    @Test void aSentFaultSignalIsTheGuests() {
        long info = Raw.allocate(Signals.INFO);
        assertEquals(0, Signals.install(SIGSEGV));
        Syscall.call(Syscall.TGKILL, ProcessHandle.current().pid(), HostThread.id(), SIGSEGV);
        assertEquals(SIGSEGV, Signals.take(info));
        assertEquals(0, Signals.restoreDefault(SIGSEGV));
        Object nothing = null;
        int caught = 0;
        for (int i = 0; i < 1000; i++) try { nothing.hashCode(); } catch (NullPointerException e) { caught++; }
        assertEquals(1000, caught);
    }

    @Test void errors() {
        assertEquals(Errno.EINVAL.result(), Signals.install(0));
        assertEquals(Errno.EINVAL.result(), Signals.install(65));
        assertEquals(Errno.EINVAL.result(), Signals.install(9));
    }
}
