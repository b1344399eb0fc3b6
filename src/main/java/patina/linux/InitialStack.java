package patina.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import patina.guest.SyscallAbi;
import patina.guest.SyscallName;
import patina.host.Raw;
import patina.image.ElfImage;
import patina.memory.AddressSpace;
import patina.memory.Protection;

/** What a new program finds on its stack: argc, argv, envp, the auxiliary vector, and above them the strings (fs/binfmt_elf.c, create_elf_tables). */
final class InitialStack {
    private static final int AT_NULL = 0, AT_PHDR = 3, AT_PHENT = 4, AT_PHNUM = 5, AT_PAGESZ = 6, AT_BASE = 7, AT_FLAGS = 8, AT_ENTRY = 9, AT_UID = 11, AT_EUID = 12,
            AT_GID = 13, AT_EGID = 14, AT_PLATFORM = 15, AT_HWCAP = 16, AT_CLKTCK = 17, AT_SECURE = 23, AT_RANDOM = 25, AT_HWCAP2 = 26, AT_EXECFN = 31,
            AT_MINSIGSTKSZ = 51;
    private static final int CLOCK_TICKS = 100, RANDOM_BYTES = 16;
    /** Strings may take a quarter of the stack (bprm_stack_limits). */
    private static final int STACK_SHARE = 4;
    /** Three quarters of _STK_LIM. */
    private static final long LIMIT_MOST = 6L << 20, LIMIT_LEAST = 128 << 10;

    private final Process process;
    private final Program program;
    private final long headers, headerCount, entry, interpreterBase;

    InitialStack(Process process, Program program, long headers, long headerCount, long entry, long interpreterBase) {
        this.process = process;
        this.program = program;
        this.headers = headers;
        this.headerCount = headerCount;
        this.entry = entry;
        this.interpreterBase = interpreterBase;
    }

    /** Lays it out below {@code top}; the stack pointer, or 0 if the arguments are too long. */
    long write(long top) {
        List<String> arguments = program.arguments, environment = program.spec.environment();
        SyscallAbi abi = process.abi();
        long size = 8 + program.spec.path().length() + 1;
        for (String s : arguments) size += s.length() + 1 + 8;
        for (String s : environment) size += s.length() + 1 + 8;
        if (size > Math.max(LIMIT_LEAST, Math.min(LIMIT_MOST, process.limits.stackBytes() / STACK_SHARE))) return 0;
        Strings strings = new Strings(top - 8);                      // the kernel leaves a null word at the very end
        long executable = strings.push(program.spec.path());
        long[] environmentAt = strings.pushAll(environment), argumentsAt = strings.pushAll(arguments);
        long platform = abi.platform() == null ? 0 : strings.push(abi.platform());
        long random = strings.pushRandom();
        long[] auxiliary = auxiliary(abi, executable, platform, random);
        int words = 1 + argumentsAt.length + 1 + environmentAt.length + 1 + auxiliary.length;
        long sp = strings.lowest - 8L * words & -16;
        ByteBuffer image = ByteBuffer.allocate((int) (top - sp)).order(ByteOrder.LITTLE_ENDIAN);
        image.putLong(argumentsAt.length);
        for (long a : argumentsAt) image.putLong(a);
        image.putLong(0);
        for (long a : environmentAt) image.putLong(a);
        image.putLong(0);
        program.auxiliary = new byte[8 * auxiliary.length];
        ByteBuffer.wrap(program.auxiliary).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(auxiliary);
        image.put(program.auxiliary);
        strings.copyTo(image, sp);
        AddressSpace memory = program.memory;
        Raw.copy(image.array(), 0, memory.hostAddress(sp, top - sp, Protection.WRITE), image.capacity());
        return sp;
    }

    private long[] auxiliary(SyscallAbi abi, long executable, long platform, long random) {
        return new long[] {
            AT_HWCAP, abi.hwcap(), AT_PAGESZ, AddressSpace.PAGE, AT_CLKTCK, CLOCK_TICKS, AT_PHDR, headers, AT_PHENT, ElfImage.HEADER_BYTES, AT_PHNUM, headerCount,
            AT_BASE, interpreterBase, AT_FLAGS, 0, AT_ENTRY, entry, AT_UID, Kernel.call(SyscallName.GETUID), AT_EUID, Kernel.call(SyscallName.GETEUID),
            AT_GID, Kernel.call(SyscallName.GETGID), AT_EGID, Kernel.call(SyscallName.GETEGID), AT_SECURE, 0, AT_RANDOM, random, AT_HWCAP2, abi.hwcap2(),
            AT_EXECFN, executable, AT_PLATFORM, platform, AT_MINSIGSTKSZ, abi.minimumSignalStack(), AT_NULL, 0};
    }

    /** Byte strings pushed downwards. */
    private static final class Strings {
        private record Piece(long at, byte[] bytes) {}

        private final List<Piece> pieces = new ArrayList<>();
        long lowest;

        Strings(long top) { lowest = top; }

        long push(String text) {
            return push((text + "\0").getBytes(StandardCharsets.ISO_8859_1));
        }

        private long push(byte[] bytes) {
            lowest -= bytes.length;
            pieces.add(new Piece(lowest, bytes));
            return lowest;
        }

        /** Strings in ascending order: programs that rewrite their argv for ps(1) count on it. */
        long[] pushAll(List<String> texts) {
            long[] at = new long[texts.size()];
            for (int i = at.length; i-- > 0; ) at[i] = push(texts.get(i));
            return at;
        }

        long pushRandom() {
            lowest &= -16;
            byte[] bytes = new byte[RANDOM_BYTES];
            long host = Kernel.allocate(RANDOM_BYTES);
            Kernel.call(SyscallName.GETRANDOM, host, RANDOM_BYTES, 0);
            Raw.copy(host, bytes, 0, RANDOM_BYTES);
            Kernel.free(host, RANDOM_BYTES);
            return push(bytes);
        }

        void copyTo(ByteBuffer image, long start) { for (Piece p : pieces) image.put((int) (p.at - start), p.bytes); }
    }
}
