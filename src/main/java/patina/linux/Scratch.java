package patina.linux;

import java.nio.charset.StandardCharsets;
import patina.host.Errno;
import patina.host.Raw;

/** A task's native memory for what one system call hands to the real kernel instead of the guest's own: translated paths and structures. */
final class Scratch {
    static final int BYTES = 1 << 17;

    private final long start = Kernel.allocate(BYTES);
    /** 128 bytes that {@link #reset} does not give away: a siginfo_t. */
    final long information = start;
    private long top = start + 128;

    void reset() { top = start + 128; }

    /** {@code bytes} of memory, not cleared, until {@link #reset}. At most {@link #BYTES} minus what is taken: the callers' limits see to it. */
    long take(long bytes) {
        long at = top;
        top += bytes + 15 & -16;
        if (top > start + BYTES) throw new IllegalStateException("a system call needs more than " + BYTES + " bytes of scratch memory");
        return at;
    }

    /** A zero-terminated string. */
    long string(String text) {
        byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
        long at = take(b.length + 1);
        Raw.copy(b, 0, at, b.length);
        Raw.putByte(at + b.length, (byte) 0);
        return at;
    }

    void free() { Kernel.free(start, BYTES); }

    static String read(long host, int length) {
        byte[] b = new byte[length];
        Raw.copy(host, b, 0, length);
        return new String(b, StandardCharsets.ISO_8859_1);
    }

    /** Thrown by argument checks, caught by {@link Task#syscall}: the call's result is this error. */
    static final class Refused extends RuntimeException {
        final long result;

        Refused(Errno error) { this(error.result()); }

        /** Another call's result. */
        Refused(long result) {
            super(Errno.name(result), null, false, false);
            this.result = result;
        }
    }
}
