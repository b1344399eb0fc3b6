package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Native;

/** Calls to the real kernel by name: the host's number is looked up here and nowhere else. */
final class Kernel {
    private Kernel() {}

    private static final short[] NUMBERS = numbers();

    private static short[] numbers() {
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        SyscallName[] names = SyscallName.values();
        short[] numbers = new short[names.length];
        for (SyscallName n : names) numbers[n.ordinal()] = (short) (x86 ? n.x86Number() : n.genericNumber());
        return numbers;
    }

    static int number(SyscallName name) { return NUMBERS[name.ordinal()]; }

    static long call(SyscallName name, long a, long b, long c, long d, long e, long f) {
        int n = number(name);
        return n < 0 ? Errno.ENOSYS.result() : Native.syscall(n, a, b, c, d, e, f);
    }

    static long call(SyscallName name) { return call(name, 0, 0, 0, 0, 0, 0); }
    static long call(SyscallName name, long a) { return call(name, a, 0, 0, 0, 0, 0); }
    static long call(SyscallName name, long a, long b) { return call(name, a, b, 0, 0, 0, 0); }
    static long call(SyscallName name, long a, long b, long c) { return call(name, a, b, c, 0, 0, 0); }
    static long call(SyscallName name, long a, long b, long c, long d) { return call(name, a, b, c, d, 0, 0); }

    /** Anonymous zeroed host memory for structures and CPU states; an error is the caller's to throw. */
    static long allocate(long bytes) {
        long a = call(SyscallName.MMAP, 0, bytes, 3, 0x22, -1, 0);
        if (Errno.is(a)) throw new OutOfMemoryError("mmap of " + bytes + " bytes: " + Errno.name(a));
        return a;
    }

    static void free(long address, long bytes) { call(SyscallName.MUNMAP, address, bytes); }
}
