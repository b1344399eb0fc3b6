package patina.image;

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
