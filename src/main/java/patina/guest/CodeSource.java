package patina.guest;

/** Where a lifter reads guest code: the running process's memory, or an image file. */
@FunctionalInterface
public interface CodeSource {
    /** Copies up to {@code into.length} executable bytes from {@code pc} on; returns how many there were (0: not executable). */
    int fetch(long pc, byte[] into);
}
