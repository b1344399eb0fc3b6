package patina.guest;

import patina.ir.Trap;

/**
 * What Linux looks like to a kind of guest: where a system call's number, arguments and result stand, which number means which call, which
 * of the kernel's structures look different there, what the loader has to know, and which signal a trap becomes.
 */
public interface SyscallAbi {
    /** e_machine of its ELF files. */
    int elfMachine();

    /** AT_PLATFORM, or null for none. */
    String platform();

    /** AT_HWCAP and AT_HWCAP2. */
    long hwcap();

    long hwcap2();

    /** utsname.machine. */
    String machine();

    /** State offsets (all 64-bit words) of the call's number, its six arguments, its result, and the stack pointer. */
    int number();

    int argument(int i);

    int result();

    int stackPointer();

    /** Bytes of the system call instruction: to make a call again, the pc goes back by this. The number register still holds the number then. */
    int instructionLength();

    /** The call a number means, or null. */
    SyscallName name(long number);

    /** Layout of struct stat. */
    StatLayout stat();

    /** Bytes of struct epoll_event: 12 where it is packed (x86-64), else 16. */
    int epollEventBytes();

    /** Whether struct sigaction has a sa_restorer between sa_flags and sa_mask. */
    boolean hasRestorer();

    /** Smallest alternate signal stack that will do: AT_MINSIGSTKSZ. */
    int minimumSignalStack();

    /** The signal that a trap at the state's pc becomes. May move the pc: a breakpoint is reported behind its instruction on x86. */
    Cause cause(Trap trap, Cpu cpu);

    /** The words of a signal frame that say which exception a page fault was, for {@link SignalFrame}: x86's trap number and error code. */
    Cause pageFault(int signal, int code, long address, boolean present, boolean write, boolean execute, Cpu cpu);

    /** The argument of clone(2) that is the thread pointer, 3 or 4; the other is the child's word for its number. */
    int cloneTls();

    /** CLONE_SETTLS. */
    void setThreadPointer(Cpu cpu, long value);

    /** prctl-like calls that only this guest has (arch_prctl on x86); the result as the kernel gives it. */
    long archPrctl(Cpu cpu, long operation, long argument);

    /**
     * A synchronous signal.
     *
     * @param signal  number
     * @param code    si_code
     * @param address si_addr
     * @param trap    the guest's number of the exception
     * @param error   the guest's error code of the exception
     */
    record Cause(int signal, int code, long address, int trap, long error) {}

    /** Byte offsets in struct stat; sizes in bytes where architectures differ. Times are pairs of 64-bit seconds and nanoseconds. */
    record StatLayout(int size, int dev, int ino, int mode, int nlink, int nlinkBytes, int uid, int gid, int rdev, int length,
                      int blockSize, int blockSizeBytes, int blocks, int atime, int mtime, int ctime) {
        /** arch/x86/include/uapi/asm/stat.h, __x86_64__. */
        public static final StatLayout X86_64 = new StatLayout(144, 0, 8, 24, 16, 8, 28, 32, 40, 48, 56, 8, 64, 72, 88, 104);
        /** include/uapi/asm-generic/stat.h, 64-bit. */
        public static final StatLayout GENERIC = new StatLayout(128, 0, 8, 16, 20, 4, 24, 28, 32, 48, 56, 4, 64, 72, 88, 104);
    }
}
