package patina.linux;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import patina.guest.SyscallName;
import patina.guest.x86.X86Guest;
import patina.memory.AddressSpace;

/** A loaded process whose system calls the test makes by hand. Its scratch pages are at {@link #DATA}. */
final class Guests implements AutoCloseable {
    static final long DATA = 0x10_0000, DATA_BYTES = 0x10000, UNMAPPED = 0x20_0000;

    final Process process;
    final Task task;
    final AddressSpace memory;

    Guests() { this(new LaunchSpec("/bin/true", List.of("true"), List.of(), null)); }

    Guests(LaunchSpec spec) {
        process = assertInstanceOf(Process.class, Process.load(new X86Guest(), spec));
        task = process.mainTask();
        memory = process.memory();
        memory.mmap(DATA, DATA_BYTES, 3, 0x32, -1, 0);
    }

    long call(SyscallName name, long... arguments) {
        task.cpu().setLong(process.abi().number(), name.x86Number());
        for (int i = 0; i < 6; i++) task.cpu().setLong(process.abi().argument(i), i < arguments.length ? arguments[i] : 0);
        task.syscall();
        return task.cpu().getLong(process.abi().result());
    }

    /** A string at DATA + offset; its guest address. */
    long string(int offset, String text) {
        for (int i = 0; i <= text.length(); i++) memory.store(DATA + offset + i, 1, i < text.length() ? text.charAt(i) : 0);
        return DATA + offset;
    }

    String string(long at, int length) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < length; i++) s.append((char) memory.load(at + i, 1));
        return s.toString();
    }

    String string(long at) {
        int n = 0;
        while (memory.load(at + n, 1) != 0) n++;
        return string(at, n);
    }

    @Override public void close() {
        process.release();
        memory.close();
    }
}
