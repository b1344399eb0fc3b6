package patina.linux;

import java.nio.charset.StandardCharsets;
import patina.guest.SyscallAbi;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.Protection;

/** The arguments of the system call at hand. What it gives as host address has been checked; what fails the check ends the call with its error. */
final class Args {
    static final int PATH_MAX = 4096;
    /** TASK_SIZE_MAX of x86-64, the lowest of the hosts'. */
    private static final long USER_END = (1L << 47) - AddressSpace.PAGE;

    final Task task;
    private final CpuState cpu;
    private final AddressSpace memory;
    /** Of the registers with the arguments, in the state. */
    private final int[] offsets = new int[6];

    Args(Task task) {
        this.task = task;
        cpu = task.cpu();
        memory = cpu.memory;
        SyscallAbi abi = task.process().abi();
        for (int i = 0; i < offsets.length; i++) offsets[i] = abi.argument(i);
    }

    long get(int i) { return cpu.getLong(offsets[i]); }

    /** As C's int. */
    int integer(int i) { return (int) get(i); }

    /** A descriptor the guest may use; for one that it may not, one that is surely closed. Negative ones pass: the kernel knows AT_FDCWD from an error. */
    int fd(int i) {
        int fd = integer(i);
        return task.process().reserved(fd) ? Integer.MAX_VALUE : fd;
    }

    /** Host address of the {@code bytes} at argument i that the kernel reads. */
    long in(int i, long bytes) { return host(get(i), bytes, Protection.READ); }

    long out(int i, long bytes) { return host(get(i), bytes, Protection.WRITE); }

    long inOut(int i, long bytes) { return host(get(i), bytes, Protection.READ | Protection.WRITE); }

    long inOrNull(int i, long bytes) { return get(i) == 0 ? 0 : in(i, bytes); }

    long outOrNull(int i, long bytes) { return get(i) == 0 ? 0 : out(i, bytes); }

    /** Host address of guest memory that allows {@code protection} and that Java may access; of no bytes, any address. */
    long host(long address, long bytes, int protection) {
        if (bytes == 0) return memory.base();
        return checked(memory.hostAddressNow(address, bytes, protection));
    }

    /**
     * The pointer at argument i for the real kernel, if nobody else follows it: what the guest may not access faults there as here, at the same
     * byte, with the same partial results. No call goes on for {@link AddressSpace#GUARD} bytes without touching one of them, so it stays within the
     * guest's memory. A pointer beyond it, but one that a user may have, becomes one that surely faults; others the kernel refuses by itself.
     */
    long pointer(int i) { return forKernel(get(i), length(i)); }

    /** How much the kernel may access at a pointer: as many bytes as the next argument says, where it may be a length, or as large structures. */
    private long length(int i) {
        long next = i + 1 < offsets.length ? get(i + 1) : 0;
        return next <= MANY ? STRUCTURE * Math.max(next, 0) + ANYTHING : next <= LONGEST ? Math.min(next, MAX_RW_COUNT) : ANYTHING;
    }

    /** struct iovec; elements of an array (getgroups(2) has 65,536), what a structure of unknown size has, what no length exceeds, and include/linux/fs.h. */
    private static final long STRUCTURE = 16, MANY = 1 << 16, ANYTHING = 1 << 18, LONGEST = 1L << 33, MAX_RW_COUNT = 0x7fff_f000;

    /** {@code length}: what the kernel may access there and what fork(2) may have left to be copied. */
    long forKernel(long address, long length) {
        memory.bring(address, length);
        if (address == 0 || address < 0 || address >= USER_END) return address;
        return address < memory.size() ? memory.base() + address : nowhere();
    }

    /** A host address at which the kernel faults. */
    long nowhere() { return memory.base() - AddressSpace.PAGE; }

    private static long checked(long host) {
        if (host == 0) throw new Scratch.Refused(Errno.EFAULT);
        return host;
    }

    /** The string at argument i; EFAULT, or ENAMETOOLONG at PATH_MAX. */
    String string(int i) { return string(get(i), PATH_MAX, Errno.ENAMETOOLONG); }

    /** The string at {@code address}, cut at {@code longest} bytes. */
    String prefix(long address, int longest) { return string(address, longest, null); }

    /** {@code tooLong} null: the string is cut at the limit. */
    String string(long address, int limit, Errno tooLong) {
        byte[] b = new byte[64];
        for (int n = 0; n < limit; ) {
            long at = address + n;
            int inPage = (int) (AddressSpace.PAGE - (at & AddressSpace.PAGE - 1));
            long host = host(at, inPage, Protection.READ);
            for (int k = 0; k < inPage && n < limit; k++, n++) {
                byte c = Raw.getByte(host + k);
                if (c == 0) return new String(b, 0, n, StandardCharsets.ISO_8859_1);
                if (n == b.length) b = java.util.Arrays.copyOf(b, 2 * n);
                b[n] = c;
            }
        }
        if (tooLong == null) return new String(b, 0, limit, StandardCharsets.ISO_8859_1);
        throw new Scratch.Refused(tooLong);
    }

    /**
     * Host address of the path at argument i, which may begin at the directory, as the host is to see it. A bad or too long one, or none, is the
     * kernel's to refuse, where it does and in the order in which it does. {@code follows}: a symbolic link at its end is followed.
     */
    long path(int i, long directory, boolean follows) { return path(i, named(i, directory), directory, follows); }

    /** {@code named}: what {@link #named} has read. */
    long path(int i, String named, long directory, boolean follows) {
        return named == null ? pointer(i) : task.scratch.string(task.process().paths.host(named, directory, follows));
    }

    /** The path at argument i, from the root on if it is about the guest process itself. Null: the same on the host, bad, too long, or none. */
    String named(int i, long directory) {
        String path = isPlainPath(i) ? null : stringOrNull(i);
        return path == null ? null : task.process().paths.ofDirectory(directory, path);
    }

    /** Whether the path at argument i is the same on the host, by its beginning. */
    boolean isPlainPath(int i) {
        try {
            long start = memory.forRead(get(i), 2);
            return task.process().paths.isPlain(Raw.getByte(start), Raw.getByte(start + 1));
        } catch (GuestFault e) {
            return false;
        }
    }

    /** The string at argument i; null where there is none or it is too long. */
    String stringOrNull(int i) {
        try {
            return get(i) == 0 ? null : string(i);
        } catch (Scratch.Refused e) {
            return null;
        }
    }
}
