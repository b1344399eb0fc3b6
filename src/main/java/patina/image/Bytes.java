package patina.image;

import java.io.IOException;
import java.io.RandomAccessFile;

/** A file's bytes by offset. */
@FunctionalInterface
public interface Bytes {
    /** Copies up to {@code length} bytes from file offset {@code offset} to {@code into[at]}; returns how many there were, 0 at the end. */
    int read(long offset, byte[] into, int at, int length);

    static Bytes of(byte[] all) {
        return (offset, into, at, length) -> {
            if (offset < 0 || offset >= all.length) return 0;
            int n = (int) Math.min(length, all.length - offset);
            System.arraycopy(all, (int) offset, into, at, n);
            return n;
        };
    }

    /** Of a file while it is open; what cannot be read is as beyond the end. */
    static Bytes of(RandomAccessFile file) {
        return (offset, into, at, length) -> {
            try {
                file.seek(offset);
                return Math.max(0, file.read(into, at, length));
            } catch (IOException e) {
                return 0;
            }
        };
    }

    /** Exactly {@code length} bytes, or null when the file is shorter. */
    default byte[] exactly(long offset, int length) {
        byte[] b = new byte[length];
        for (int done = 0; done < length; ) {
            int n = read(offset + done, b, done, length - done);
            if (n <= 0) return null;
            done += n;
        }
        return b;
    }
}
