package patina.linux;

/** Where the kernel says what it could not do. */
@FunctionalInterface
public interface Log {
    void line(String text);

    Log NONE = text -> { };
}
