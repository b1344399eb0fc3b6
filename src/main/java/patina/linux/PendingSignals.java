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

    /** What was sent to one thread or to a whole process; its lock is also that of the threads' own. */
    static final class Queue {
        private final List<Siginfo> signals = new ArrayList<>();
        private volatile boolean empty = true;

        boolean isEmpty() { return empty; }

        private void count() { empty = signals.isEmpty(); }
    }

    private final Queue thread = new Queue(), process;

    /** {@code process}: what the threads of a process have in common. */
    PendingSignals(Queue process) { this.process = process; }

    /** There are none. Without the lock: of what comes meanwhile whoever posts it says so. */
    boolean isEmpty() { return thread.empty && process.empty; }

    private void count() {
        thread.count();
        process.count();
    }

    /** A stop takes a pending SIGCONT away, SIGCONT all pending stops (prepare_signal). */
    void add(Siginfo info) {
        synchronized (process) {
            if (Signal.action(info.signal()) == Signal.Default.STOP) drop(Signal.bit(Signal.SIGCONT.number));
            else if (info.signal() == Signal.SIGCONT.number) drop(Signal.STOPS);
            List<Siginfo> queue = (info.toThread() ? thread : process).signals;
            if (info.code() == Siginfo.SI_TIMER && merge(queue, info)) return;
            if (info.signal() >= FIRST_REAL_TIME || (set(queue) & Signal.bit(info.signal())) == 0) queue.add(info);
            count();
        }
    }

    /** A timer's signal is pending once, and counts how often it has expired besides (timer_create(2), si_overrun). Whether this one was. */
    private static boolean merge(List<Siginfo> queue, Siginfo info) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).signal() != info.signal() || !queue.get(i).isOfTimer(info.timer())) continue;
            queue.set(i, queue.get(i).expiredToo(info));
            return true;
        }
        return false;
    }

    long set() { synchronized (process) { return set(thread.signals) | set(process.signals); } }

    private static long set(List<Siginfo> queue) {
        long set = 0;
        for (int i = 0; i < queue.size(); i++) set |= Signal.bit(queue.get(i).signal());
        return set;
    }

    /** The next one out of {@code set}, left where it is; null: none. */
    Siginfo next(long set) {
        synchronized (process) {
            Siginfo next = next(thread.signals, set);
            return next != null ? next : next(process.signals, set);
        }
    }

    private static Siginfo next(List<Siginfo> queue, long set) {
        long there = set(queue) & set;
        if (there == 0) return null;
        int signal = Long.numberOfTrailingZeros((there & FAULTS) != 0 ? there & FAULTS : there) + 1;
        int i = 0;
        while (queue.get(i).signal() != signal) i++;
        return queue.get(i);
    }

    /** Whether it was still there: of what was sent to the process another thread may have been first. */
    boolean remove(Siginfo info) {
        synchronized (process) {
            boolean there = remove(thread.signals, info) || remove(process.signals, info);
            count();
            return there;
        }
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
    void drop(long set) {
        synchronized (process) {
            drop(thread.signals, set);
            drop(process.signals, set);
            count();
        }
    }

    void dropTimer(int id) {
        synchronized (process) {
            process.signals.removeIf(s -> s.isOfTimer(id));
            count();
        }
    }

    private static void drop(List<Siginfo> queue, long set) {
        for (Iterator<Siginfo> i = queue.iterator(); i.hasNext(); ) if ((Signal.bit(i.next().signal()) & set) != 0) i.remove();
    }
}
