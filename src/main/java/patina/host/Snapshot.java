package patina.host;

import static patina.host.HostMemory.*;

import java.util.ArrayList;
import java.util.List;

/**
 * A process of which we only want that it keeps what memory held when it was made: the kernel copies on write between processes. It has nothing else of our
 * memory, no descriptor, blocks all signals, tells nobody of its end, and ends when we do, however that is (it waits on a pidfd). Read by process_vm_readv(2).
 */
public final class Snapshot implements AutoCloseable {
    private static final int WALL = 0x4000_0000, NOHANG = 1, SIGKILL = 9, MADV_POPULATE_READ = 22, ARCH_GET_FS = 0x1003;
    /** On both sides of the thread pointer: the C library has registered an area there, and the kernel ends a process in which it is missing (rseq(2)). */
    private static final long THREAD_AREA = 1 << 16;
    /** First address that is not the user's. */
    private static final long USER_END = (1L << 47) - PAGE;
    /** Ended, and to be waited for. */
    private static final List<Snapshot> ended = new ArrayList<>();

    /** Its number. */
    public final long process;

    private Snapshot(long process) { this.process = process; }

    /**
     * What [start, end) holds now; null if the host does not let us make one or read it at {@code sample}, or is too old for what goes with it: pidfd_open and
     * close_range (Linux 5.9), madvise's populating, by which the fault handler asks whether a page is there (5.14).
     */
    public static Snapshot of(long start, long end, long sample) {
        sweep();
        FaultHandling.install();
        long page = Syscall.mmap(0, PAGE, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0);
        if (Errno.is(page)) return null;
        list(page, start, end);
        long made = Native.snapshot(page);
        unmap(page, PAGE);
        if (Errno.is(made)) return null;
        Snapshot snapshot = new Snapshot(made);
        if (snapshot.isReadable(sample)) return snapshot;
        snapshot.close();
        return null;
    }

    /** Writes to {@code page} what the process gives back: all but [start, end), the page itself, its code, and the thread's area. */
    private static void list(long page, long start, long end) {
        long code = Native.Stub.SNAPSHOT.address() & -PAGE;
        Syscall.must("arch_prctl", Syscall.call(Syscall.ARCH_PRCTL, ARCH_GET_FS, page));
        long thread = Raw.getLong(page) & -PAGE;
        long[][] kept = {{start, end}, {page, page + PAGE}, {code, code + PAGE}, {thread - THREAD_AREA, thread + THREAD_AREA}};
        long at = 0, row = page;
        while (at < USER_END) {
            long next = USER_END, after = USER_END;
            for (long[] k : kept) {
                if (k[1] <= at || k[0] >= next) continue;
                next = Math.max(k[0], at);
                after = k[1];
            }
            if (next > at) {
                Raw.putLong(row, at);
                Raw.putLong(row + 8, next);
                row += 16;
            }
            at = after;
        }
        Raw.putLong(row, 0);
        Raw.putLong(row + 8, 0);
    }

    private boolean isReadable(long address) {
        long at = Raw.allocate(48);
        Raw.putLong(at, at + 32);
        Raw.putLong(at + 8, 8);
        Raw.putLong(at + 16, address);
        Raw.putLong(at + 24, 8);
        boolean is = Syscall.call(Syscall.PROCESS_VM_READV, process, at, 1, at + 16, 1) == 8 && Raw.getLong(at + 32) == Raw.getLong(address)
                && Syscall.call(Syscall.MADVISE, address & -PAGE, PAGE, MADV_POPULATE_READ) == 0;
        Raw.free(at);
        return is;
    }

    /** Ends it, if it has not ended by itself. Until it has been waited for its number is no other's. */
    @Override public void close() {
        Syscall.call(Syscall.KILL, process, SIGKILL);
        synchronized (ended) { ended.add(this); }
        sweep();
    }

    /** Those that are still giving back their memory are for the next time. */
    private static void sweep() {
        synchronized (ended) { ended.removeIf(s -> Syscall.call(Syscall.WAIT4, s.process, 0, WALL | NOHANG) != 0); }
    }
}
