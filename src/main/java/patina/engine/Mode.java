package patina.engine;

/** What a run may do (DESIGN 2): one row a mode. */
public enum Mode {
    /** Interpret what is new, compile while running, learn, and let the optimizer start afterwards. */
    AUTO     (true, true, true, false),
    /** As AUTO, and at the end wait until everything that ran is translated. */
    LEARN    (true, true, true, true),
    /** Only what is in the cache; writes nothing at all. */
    CACHED   (true, false, false, false),
    /** The interpreter alone. */
    INTERPRET(false, false, false, false);

    public final boolean usesCache, compiles, writesProfile, waitsForOptimizer;

    Mode(boolean usesCache, boolean compiles, boolean writesProfile, boolean waitsForOptimizer) {
        this.usesCache = usesCache;
        this.compiles = compiles;
        this.writesProfile = writesProfile;
        this.waitsForOptimizer = waitsForOptimizer;
    }
}
