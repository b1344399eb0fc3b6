package patina.linux;

/** How signals from outside reach a guest: the engine connects this to the native signal handler. */
public interface HostSignals {
    /** The guest's disposition of {@code signal} is now this. Called on the guest's thread. */
    void disposition(int signal, boolean caught, boolean ignored);

    /** Makes the host report {@code signal} even though the guest leaves it to its default action (its own timer expires by it). */
    void report(int signal);

    /** Takes the signals (sigset_t bits) that arrived from outside since the last call. */
    long take();

    HostSignals NONE = new HostSignals() {
        @Override public void disposition(int signal, boolean caught, boolean ignored) { }
        @Override public void report(int signal) { }
        @Override public long take() { return 0; }
    };
}
