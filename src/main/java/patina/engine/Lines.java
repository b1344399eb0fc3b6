package patina.engine;

import java.util.ArrayDeque;
import patina.linux.Log;

/** Lines for the user. The guest thread's descriptor 2 is whatever the guest made of it: what that thread has to say is said by another. */
final class Lines {
    private record Said(Log to, String text) {}

    private final ArrayDeque<Said> waiting = new ArrayDeque<>();
    Log to(Log log) {
        if (log == Log.NONE) return log;
        return text -> { if (Thread.currentThread() instanceof Host) add(new Said(log, text)); else log.line(text); };
    }

    private synchronized void add(Said said) { waiting.add(said); }

    private synchronized Said next() { return waiting.poll(); }

    /** Says what waits; not on the guest thread. */
    void say() { for (Said s; (s = next()) != null; ) s.to.line(s.text); }
}
