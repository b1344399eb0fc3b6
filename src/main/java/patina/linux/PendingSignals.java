package patina.linux;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What has been sent and not yet delivered, in the kernel's order (kernel/signal.c, dequeue_signal): what was sent to the thread before what was sent
 * to the process, in each the signals of faults first, then the lowest number, equal ones as they came. Signals below 32 are queued once.
 */
final class PendingSignals {
    /** SYNCHRONOUS_MASK: SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS. */
    private static final long FAULTS = Signal.bit(11) | Signal.bit(7) | Signal.bit(4) | Signal.bit(5) | Signal.bit(8) | Signal.bit(31);
    static final int FIRST_REAL_TIME = 32;

    private final List<Siginfo> thread = new ArrayList<>(), process = new ArrayList<>();
    private volatile boolean empty = true;

    /** There are none. Without the lock: of what comes meanwhile whoever posts it says so. */
    boolean isEmpty() { return empty; }

    private void count() { empty = thread.isEmpty() && process.isEmpty(); }

    /** A stop takes a pending SIGCONT away, SIGCONT all pending stops (prepare_signal). */
    synchronized void add(Siginfo info) {
        if (Signal.action(info.signal()) == Signal.Default.STOP) drop(Signal.bit(Signal.SIGCONT.number));
        else if (info.signal() == Signal.SIGCONT.number) drop(Signal.STOPS);
        List<Siginfo> queue = info.toThread() ? thread : process;
        if (info.signal() >= FIRST_REAL_TIME || (set(queue) & Signal.bit(info.signal())) == 0) queue.add(info);
        count();
    }

    synchronized long set() { return set(thread) | set(process); }

    private static long set(List<Siginfo> queue) {
        long set = 0;
        for (int i = 0; i < queue.size(); i++) set |= Signal.bit(queue.get(i).signal());
        return set;
    }

    /** The next one out of {@code set}, left where it is; null: none. */
    synchronized Siginfo next(long set) {
        Siginfo next = next(thread, set);
        return next != null ? next : next(process, set);
    }

    private static Siginfo next(List<Siginfo> queue, long set) {
        long there = set(queue) & set;
        if (there == 0) return null;
        int signal = Long.numberOfTrailingZeros((there & FAULTS) != 0 ? there & FAULTS : there) + 1;
        int i = 0;
        while (queue.get(i).signal() != signal) i++;
        return queue.get(i);
    }

    synchronized void remove(Siginfo info) {
        if (!remove(thread, info)) remove(process, info);
        count();
    }

    private static boolean remove(List<Siginfo> queue, Siginfo info) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i) != info) continue;
            queue.remove(i);
            return true;
        }
        return false;
    }

    /** Takes all signals of {@code set} away. */
    synchronized void drop(long set) {
        drop(thread, set);
        drop(process, set);
        count();
    }

    private static void drop(List<Siginfo> queue, long set) {
        for (Iterator<Siginfo> i = queue.iterator(); i.hasNext(); ) if ((Signal.bit(i.next().signal()) & set) != 0) i.remove();
    }
}
