package patina.linux;

import java.nio.charset.StandardCharsets;
import patina.guest.SyscallAbi;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.Mapping;
import patina.memory.Protection;

/** The arguments of the system call at hand. What it gives as host address has been checked; what fails the check ends the call with its error. */
final class Args {
    static final int PATH_MAX = 4096;

    final Task task;
    private final CpuState cpu;
    private final AddressSpace memory;
    private final SyscallAbi abi;

    Args(Task task) {
        this.task = task;
        cpu = task.cpu();
        memory = cpu.memory;
        abi = task.process().abi();
    }

    long get(int i) { return cpu.getLong(abi.argument(i)); }

    /** As C's int. */
    int integer(int i) { return (int) get(i); }

    /** A descriptor the guest may use. Negative ones pass: the kernel knows AT_FDCWD from an error. */
    int fd(int i) {
        int fd = integer(i);
        if (task.process().reserved(fd)) throw new Scratch.Refused(Errno.EBADF);
        return fd;
    }

    /** Host address of the {@code bytes} at argument i that the kernel reads. */
    long in(int i, long bytes) { return host(get(i), bytes, Protection.READ); }

    long out(int i, long bytes) { return host(get(i), bytes, Protection.WRITE); }

    long inOut(int i, long bytes) { return host(get(i), bytes, Protection.READ | Protection.WRITE); }

    long inOrNull(int i, long bytes) { return get(i) == 0 ? 0 : in(i, bytes); }

    long outOrNull(int i, long bytes) { return get(i) == 0 ? 0 : out(i, bytes); }

    long inOutOrNull(int i, long bytes) { return get(i) == 0 ? 0 : inOut(i, bytes); }

    /** Host address of guest memory that allows {@code protection}; of no bytes, any address. */
    long host(long address, long bytes, int protection) {
        if (bytes == 0) return memory.base();
        long host = bytes < 0 || address < 0 ? 0 : memory.hostAddress(address, bytes, protection);
        if (host == 0) throw new Scratch.Refused(Errno.EFAULT);
        return host;
    }

    /**
     * How many of the {@code bytes} at {@code address} can be used, at least one: read(2) and write(2) do what they can before a bad page
     * and fail with EFAULT only at the first byte.
     */
    long usable(long address, long bytes, int protection) {
        if (bytes == 0 || address >= 0 && bytes > 0 && memory.hostAddress(address, bytes, protection) != 0) return bytes;
        if (address < 0 || bytes < 0) throw new Scratch.Refused(Errno.EFAULT);
        long end = address;
        for (Mapping m; (m = memory.mapping(end)) != null && (m.protection() & protection) == protection; ) end = m.end();
        if (end == address) throw new Scratch.Refused(Errno.EFAULT);
        return Math.min(bytes, end - address);
    }

    /** The string at argument i; EFAULT, or ENAMETOOLONG at PATH_MAX. */
    String string(int i) { return string(get(i), PATH_MAX, Errno.ENAMETOOLONG); }

    /** The string at {@code address}, cut at {@code longest} bytes. */
    String prefix(long address, int longest) { return string(address, longest, null); }

    /** {@code tooLong} null: the string is cut at the limit. */
    private String string(long address, int limit, Errno tooLong) {
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

    /** Host address of the path at argument i as the host is to see it. */
    long path(int i) { return task.scratch.string(task.process().paths.host(string(i))); }

    /** Host address of a copy of the string at argument i that is not looked up: a link's text, an attribute's name. */
    long name(int i) { return task.scratch.string(string(i)); }
}
