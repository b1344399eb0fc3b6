package patina.linux;

/** What runs guest threads: the engine. */
public interface Runner {
    /**
     * Starts a host thread for the task, from the calling one, whose descriptors and directory it begins with. The first thing that it does is
     * {@link Task#begin}.
     *
     * @throws OutOfMemoryError where there is no room for another thread
     */
    void start(Task task);

    /** Does the work on a thread that has the JVM's descriptors and directory, none of a guest's, and waits for it. */
    void errand(Runnable work);
}
