package patina.memory;

/** mmap(2) protection bits. */
public final class Protection {
    private Protection() {}

    public static final int NONE = 0, READ = 1, WRITE = 2, EXECUTE = 4;
}
