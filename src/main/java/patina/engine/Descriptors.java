package patina.engine;

import java.io.File;
import java.util.BitSet;
import patina.host.Errno;
import patina.host.Native;
import patina.linux.Inherited;
import patina.linux.Process;
import patina.memory.NoRoom;

/**
 * The guest thread's own descriptor table, directory and umask (DESIGN 3.5). The launcher held low descriptors open while the JVM started,
 * so the JVM's lie above them and a guest's first open gives 3, as natively.
 */
final class Descriptors {
    private Descriptors() {}

    private static final int UNSHARE = 272, FCNTL = 72, CLOSE = 3, F_GETFD = 1, CLOSE_RANGE = 436, CLONE_FILES = 0x400, CLONE_FS = 0x200;

    /** Where the launcher could hold no more than this, because few are allowed, the JVM's are a gap among the guest's instead of their limit. */
    private static final int LEAST = 256;

    /** On the guest thread, before it opens anything. */
    static void makeOwn(Inherited spec) {
        long result = Native.syscall(UNSHARE, CLONE_FILES | CLONE_FS, 0, 0, 0, 0, 0);
        if (Errno.is(result)) throw new NoRoom("the guest gets no descriptors of its own: unshare: " + Errno.name(result) + "; see 'patina doctor'");
        if (spec.held() == 0) return;
        BitSet keep = new BitSet();
        for (int fd : spec.descriptors()) keep.set(fd);
        for (int from = 0; from < spec.held(); ) {
            int to = keep.nextSetBit(from);
            if (to < 0 || to > spec.held()) to = spec.held();
            if (to > from) Native.syscall(CLOSE_RANGE, from, to - 1, 0, 0, 0, 0);
            from = to + 1;
        }
    }

    /**
     * Does what opens files in Java on the guest thread. Where a standard stream is closed a file gets its number, and Java does not close
     * descriptors below 3 but leaves /dev/null there (its fileDescriptorClose): that is closed then.
     */
    static void withFiles(Runnable work) {
        int closed = 0;
        for (int fd = 0; fd < 3; fd++) if (Native.syscall(FCNTL, fd, F_GETFD, 0, 0, 0, 0) < 0) closed |= 1 << fd;
        try {
            work.run();
        } finally {
            for (int fd = 0; fd < 3; fd++) if ((closed >> fd & 1) != 0) Native.syscall(CLOSE, fd, 0, 0, 0, 0, 0);
        }
    }

    /** What is open above the guest's own belongs to the JVM; the guest's limit is below. */
    static void reserve(Process process, Inherited spec) {
        BitSet inherited = new BitSet();
        for (int fd : spec.descriptors()) inherited.set(fd);
        String[] open = new File("/proc/thread-self/fd").list();
        if (open == null) return;
        int lowest = Integer.MAX_VALUE;
        for (String name : open) {
            int fd = Integer.parseInt(name);
            boolean stillOpen = Native.syscall(FCNTL, fd, F_GETFD, 0, 0, 0, 0) >= 0; // one was that of the listing itself
            if (!stillOpen || fd < Math.max(3, spec.held()) || inherited.get(fd)) continue;
            process.reserveDescriptors(fd, fd + 1);
            lowest = Math.min(lowest, fd);
        }
        process.limitDescriptors(spec.held() < LEAST ? Integer.MAX_VALUE : lowest);
    }
}
