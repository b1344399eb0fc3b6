package patina.engine;

/** What guest threads have the main thread do for them, because the JVM then opens files for keeps, and a guest thread's descriptors are the guest's. */
final class Errands {
    private Runnable errand;
    private boolean over;

    /** On a guest thread: returns when it is done. */
    synchronized void have(Runnable wanted) {
        boolean interrupted = false;
        while (errand != null) {    // another thread's
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        errand = wanted;
        notifyAll();
        while (errand == wanted) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** The guest has ended. */
    synchronized void end() {
        over = true;
        notifyAll();
    }

    /** On the main thread: does what is asked for within the time. Whether more may come. */
    synchronized boolean serve(long millis) throws InterruptedException {
        if (errand == null && !over) wait(millis);
        if (errand == null) return !over;
        try {
            errand.run();
        } finally {
            errand = null;
            notifyAll();
        }
        return true;
    }
}
