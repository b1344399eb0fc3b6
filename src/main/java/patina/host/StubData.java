package patina.host;

/**
 * Layout of the block of words that the stubs share with Java, one per JVM. Written here once; the assembly gets it as constants. Only this
 * package writes it.
 */
public final class StubData {
    private StubData() {}

    /** Host addresses [start, end) that hold native code of guests: a fault there is the guest's. */
    public static final int CODE_START = 0, CODE_END = 8;
    /** Our process number, for tgkill. */
    public static final int PROCESS = 16;
    /** State of the guest thread that takes asynchronous signals (0: none), and its host thread number. */
    public static final int SIGNAL_STATE = 24, SIGNAL_THREAD = 32;
    /** Bit n: signal n is one that faults raise; when somebody sends it, it is the guest's and not HotSpot's. */
    public static final int SENT_TO_GUEST = 40;
    /** Bit n: signal n came while the ring was full. */
    public static final int LOST = 48;
    /** Entries ever begun by handlers, and ever taken by Java. */
    public static final int RING_HEAD = 56, RING_TAIL = 64;
    /** Bit n - 1: the guest blocks signal n and does not wait for it, so it is noted without waking anybody. */
    public static final int QUIET = 80;
    /** Address ranges that guest memory occupies (start, end, table of what is pending there or 0), and how many rows are in use. */
    public static final int GUARDED_COUNT = 72, GUARDED = 1024, GUARDED_LIMIT = 512, GUARDED_ROW = 24;
    /** What was installed for each signal before us, by number. */
    public static final int OLD_HANDLERS = 128;
    /** Signals that came: number (0: entry not complete), siginfo_t. */
    public static final int RING = GUARDED + GUARDED_ROW * GUARDED_LIMIT, RING_ENTRIES = 128, RING_ENTRY = 8 + 128;
    public static final int SIZE = RING + RING_ENTRIES * RING_ENTRY;

    /** A table of pages that are in a snapshot process: its lock (4 bytes), the process, rows that are pending still, rows, how much higher pages are there. */
    public static final int PENDING_LOCK = 0, PENDING_SNAPSHOT = 8, PENDING_LEFT = 16, PENDING_COUNT = 24, PENDING_THERE = 32, PENDING_ROWS = 40, PENDING_ROW = 32;
    /** A row: pages [start, end), where they are put together, whether they are pending. */
    public static final int ROW_START = 0, ROW_END = 8, ROW_SCRATCH = 16, ROW_PENDING = 24;

    /** Size and alignment of a guest thread's alternate signal stack; its lowest word is the thread's state. */
    public static final int ALTERNATE_STACK = 1 << 16;

    static long address(int offset) { return BASE + offset; }

    private static final long BASE = Native.Stub.DATA.address();
}
