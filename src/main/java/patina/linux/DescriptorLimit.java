package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/**
 * RLIMIT_NOFILE for the guest alone: the host's own limit must leave room for the JVM's descriptors, which lie above the guest's. The kernel gives
 * the lowest free number, so as long as the highest one ever given is far from the limit nothing has to be looked at. On the guest's thread.
 */
final class DescriptorLimit {
    private static final int STANDARD_ERROR = 2;

    private final Limits.Table limits;
    /** No descriptor of the guest's is above this. */
    private long highest = STANDARD_ERROR;

    DescriptorLimit(Limits.Table limits, Inherited inherited) {
        this.limits = limits;
        for (int fd : inherited.descriptors()) highest = Math.max(highest, fd);
    }

    /** fork(2). */
    DescriptorLimit(Limits.Table limits, DescriptorLimit parent) {
        this.limits = limits;
        highest = parent.highest;
    }

    /** Whether {@code number} may be asked for. */
    boolean allows(long number) { return number < limits.descriptors(); }

    /** Whether a call that makes {@code count} descriptors finds them below the limit; the kernel too looks first, before a file is made or waited for. */
    boolean hasRoom(int count) { return highest + count < limits.descriptors() || probe(count); }

    private boolean probe(int count) {
        if (count == 0) return true;
        long fd = Kernel.call(SyscallName.EVENTFD2, 0, 0);
        if (Errno.is(fd)) return false;
        boolean room = allows(fd) && probe(count - 1);
        Kernel.call(SyscallName.CLOSE, fd);
        return room;
    }

    /** A call has made {@code count} descriptors; {@code result}: the one, or nothing of meaning. */
    void made(int count, long result) { highest = count == 1 ? Math.max(highest, result) : highest + count; }

    /** What a call that finds its number itself has given: itself, or EMFILE and closed again. */
    long given(long result) {
        if (Errno.is(result)) return result;
        if (!allows(result)) {
            Kernel.call(SyscallName.CLOSE, result);
            return Errno.EMFILE.result();
        }
        made(1, result);
        return result;
    }

    /** Descriptors come in a message (SCM_RIGHTS), which are not counted. */
    void comeUncounted() { highest = Integer.MAX_VALUE; }
}
