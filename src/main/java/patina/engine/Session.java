package patina.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import patina.cache.CacheKey;
import patina.cache.ContentIndex;
import patina.cache.Store;
import patina.guest.Guest;
import patina.linux.LaunchSpec;
import patina.linux.LoadError;
import patina.linux.Loaded;
import patina.linux.Log;
import patina.linux.Process;
import patina.memory.NoRoom;

/** One run of a guest program and what it starts, from loading to the end: wires the parts, runs the guest threads, keeps the profile flushed. */
public final class Session {
    private static final long FLUSH_MILLIS = 2000;
    /** Exit status of a run whose native code was found wrong. */
    private static final int DIFFERENT = 125;
    private static final Log USER = text -> System.err.println("patina: " + text);

    private final RunSpec spec;
    private final Guest guest = Targets.guest();
    private final Map<String, Double> times = new LinkedHashMap<>();
    private final Lines lines = new Lines();
    private final List<String> warnings = new ArrayList<>();
    private final Errands errands = new Errands();
    /** Of the cache's own files; those of images are in {@link Images}. */
    private final List<Refusal> refusals = new ArrayList<>();
    private CacheKey fast;
    private Store store;
    private ContentIndex index;
    private volatile Machine machine;
    /** A compiler for each variant: the second is there for a process that becomes precise, and idle until then. */
    private CompilerThread[] compilers = {};
    /** Asked when the compiler threads have ended too. */
    private Supplier<Outcome> outcome;
    private Throwable failure;

    public Session(RunSpec spec) {
        this.spec = spec.with(lines::to);
    }

    /** Lines for the user about what could not be done, e.g. a cache that cannot be written. */
    public List<String> warnings() { return warnings; }

    /** Runs to the end. On any thread; the guest gets a thread of its own. */
    public Outcome run() throws InterruptedException {
        // What the JVM opens for keeps must not be opened on the guest thread, whose descriptors are its own.
        store = openStore();
        if (store != null && spec.mode().compiles) {
            compilers = new CompilerThread[] {new CompilerThread(store, Variant.FAST, spec.notes()::line),
                new CompilerThread(store, Variant.PRECISE, spec.notes()::line)};
            for (CompilerThread c : compilers) c.start();
        }
        // The keys read the fingerprint out of our jar: with that the JVM has its jar open for all threads. Classes from the AOT cache do not open
        // it; opened first by the guest thread, it would be open for that alone.
        fast = Variant.FAST.keys(guest);
        Host first = new Host(this::guestMain);
        first.setUncaughtExceptionHandler((t, e) -> failure = e);
        first.start();
        while (errands.serve(FLUSH_MILLIS)) {
            lines.say();
            if (machine != null) machine.flush();
        }
        first.join();
        lines.say();
        finish();
        if (failure == null && machine != null) failure = machine.failure();
        for (CompilerThread c : compilers) c.end(spec.mode().waitsForOptimizer);
        if (failure instanceof Difference d) return new Outcome(DIFFERENT, d.getMessage(), null);
        if (failure instanceof NoRoom n) return new Outcome(LoadError.NOT_EXECUTABLE, n.getMessage(), null);
        if (failure != null) throw new IllegalStateException("in the guest thread: " + failure, failure);
        return outcome.get();
    }

    private Store openStore() {
        if (!spec.mode().usesCache) return null;
        Store opened = spec.mode().writesProfile ? Store.writing(spec.cache()) : Store.reading(spec.cache());
        if (opened.problem() == null) return opened;
        if (spec.mode().writesProfile) warnings.add("the cache is not used: " + opened.problem().message());
        refusals.add(new Refusal(spec.cache().toString(), opened.problem().message()));
        return null;
    }

    private void guestMain() {
        try {
            loadAndRun();
        } finally {
            if (machine == null || !machine.hasStarted()) errands.end();
        }
    }

    private void loadAndRun() {
        long start = System.nanoTime();
        index = store == null ? null : new ContentIndex(spec.cache());
        Descriptors.makeOwn(spec.launch().inherited());
        // no pattern switch here or in what else each run passes: its bootstrap costs milliseconds at JVM start, with an AOT cache too
        Loaded loaded = Process.load(guest, spec.launch());
        if (loaded instanceof LoadError e) {
            outcome = () -> new Outcome(e.status(), e.message(), null);
            return;
        }
        time("load", start);
        run((Process) loaded);
    }

    private void run(Process process) {
        long start = System.nanoTime();
        Descriptors.reserve(process, spec.launch().inherited());
        Machine machine = this.machine = new Machine(spec, guest, store, index, fast, compilers, errands, lines.to(USER));
        CodeSpace space = new CodeSpace(machine, process.memory());
        time("attach", start);
        start = System.nanoTime();
        machine.runFirst(process.mainTask(), space);
        time("run", start);
        outcome = () -> new Outcome(process.exitStatus(), null, report(process));
    }

    /** All guests have ended: what was learned is kept. */
    private void finish() {
        long start = System.nanoTime();
        if (machine != null && index != null && spec.mode().writesProfile) {
            machine.flush();
            if (machine.profileProblem() != null) warnings.add("the profile could not be written: " + machine.profileProblem());
            else saveIndex();
        }
        time("flush", start);
        if (index != null && index.problem() != null) refusals.add(new Refusal(spec.cache().resolve(ContentIndex.NAME).toString(), index.problem()));
    }

    private void saveIndex() {
        try {
            index.save();
        } catch (IOException e) {
            warnings.add("the cache's index could not be written: " + e.getMessage());
        }
    }

    private Report report(Process process) {
        refusals.addAll(machine.totals.refusals);
        return new Report(spec.mode(), machine.totals, compiled(), refusals, times, process.unsupported());
    }

    private int compiled() {
        int compiled = 0;
        for (CompilerThread c : compilers) compiled += c.compiled;
        return compiled;
    }

    private void time(String what, long startNanos) { times.put(what, (System.nanoTime() - startNanos) / 1e6); }
}
