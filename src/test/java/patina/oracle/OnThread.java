package patina.oracle;

/** Runs something on a thread of its own, which may then be made a guest's: its GS base and alternate stack are changed. */
final class OnThread {
    private OnThread() {}

    interface Body { void run() throws Exception; }

    static void run(Body body) throws Exception {
        Throwable[] failure = {null};
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failure[0] instanceof Exception e) throw e;
        if (failure[0] instanceof Error e) throw e;
    }
}
