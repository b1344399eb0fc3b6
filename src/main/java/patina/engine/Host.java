package patina.engine;

/** A host thread that runs guest code. Its descriptors, directory and umask are the guest's. */
final class Host extends Thread {
    /** Nothing here recurses: the stack is for system calls in Java. */
    private static final long STACK = 1 << 20;

    /** What it runs from. By itself, and before it starts. */
    CodeSpace space;

    Host(Runnable main) { super(null, main, "guest", STACK); }

    /** The calling thread. */
    static Host current() { return (Host) currentThread(); }
}
