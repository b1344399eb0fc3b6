package patina.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import patina.linux.Log;

/** Lines for the user. The guest thread's descriptor 2 is whatever the guest made of it: what that thread has to say is said by another. */
final class Lines {
    private record Said(Log to, String text) {}

    private final ConcurrentLinkedQueue<Said> waiting = new ConcurrentLinkedQueue<>();
    /** Whose lines wait. */
    volatile Thread guest;

    Log to(Log log) {
        if (log == Log.NONE) return log;
        return text -> { if (Thread.currentThread() == guest) waiting.add(new Said(log, text)); else log.line(text); };
    }

    /** Says what waits; not on the guest thread. */
    void say() { for (Said s; (s = waiting.poll()) != null; ) s.to.line(s.text); }
}
