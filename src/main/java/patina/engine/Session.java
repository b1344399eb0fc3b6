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
import patina.host.HostThread;
import patina.host.Native;
import patina.host.Syscall;
import patina.interp.Interpreter;
import patina.ir.ImageKey;
import patina.ir.StateLayout;
import patina.linux.LaunchSpec;
import patina.linux.LoadError;
import patina.linux.Loaded;
import patina.linux.Log;
import patina.linux.Process;
import patina.linux.Task;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.Mapping;
import patina.memory.NoRoom;

/** One run of one guest program, from loading to its end: wires the parts, runs the guest thread, keeps the profile flushed. */
public final class Session {
    private static final long FLUSH_MILLIS = 2000;
    private static final int GETPPID = 110;
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
    private volatile Profiler profiler;
    /** A compiler for each variant: the second is there for a process that becomes precise, and idle until then. */
    private CompilerThread[] compilers = {};
    /** Asked when the compiler threads have ended too. */
    private Supplier<Outcome> outcome;
    private Throwable failure;
    private Interpreter interpreter;
    private Verified verified;

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
        Thread thread = new Thread(null, this::guestMain, "guest", 16 << 20);
        thread.setUncaughtExceptionHandler((t, e) -> failure = e);
        lines.guest = thread;
        thread.start();
        while (errands.serve(FLUSH_MILLIS)) {
            lines.say();
            Profiler p = profiler;
            if (p != null) p.flush();
        }
        thread.join();
        lines.say();
        for (CompilerThread c : compilers) c.end(spec.mode().waitsForOptimizer);
        if (failure instanceof Difference d) return new Outcome(DIFFERENT, d.getMessage(), null);
        if (failure instanceof NoRoom n) return new Outcome(LoadError.NOT_EXECUTABLE, n.getMessage(), null);
        if (failure != null) throw new IllegalStateException("in the guest thread: " + failure, failure);
        Outcome ended = outcome.get();
        boolean over = true;    // a compiler that is still at work reads what the interpreter counts
        for (CompilerThread c : compilers) over &= c.isOver();
        if (interpreter != null && over) interpreter.close();
        return ended;
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
            errands.end();
        }
    }

    private void loadAndRun() {
        long start = System.nanoTime();
        ContentIndex index = store == null ? null : new ContentIndex(spec.cache());
        Descriptors.makeOwn(spec.launch().inherited());
        // no pattern switch here or in what else each run passes: its bootstrap costs milliseconds at JVM start, with an AOT cache too
        Loaded loaded = Process.load(guest, spec.launch());
        if (loaded instanceof LoadError e) {
            outcome = () -> new Outcome(e.status(), e.message(), null);
            return;
        }
        time("load", start);
        run((Process) loaded, index);
    }

    private void run(Process process, ContentIndex index) {
        long start = System.nanoTime();
        Descriptors.reserve(process, spec.launch().inherited());
        Task task = process.mainTask();
        CpuState cpu = task.cpu();
        AddressSpace memory = process.memory();
        CodeTable[] tables = new CodeTable[2];
        Translations[] translations = new Translations[1];
        Images[] loaded = new Images[1];
        // The first digest opens the random source of the security providers: seldom needed, and 30 ms.
        Images images = loaded[0] = new Images(memory, store, index, fast, () -> errands.have(ImageKey::sha256), (from, to) -> {
            if (profiler != null && loaded[0].touches(from, to)) profiler.flush();  // what ran there is known for the last time
            for (CodeTable t : tables) t.invalidate(from, to);
            translations[0].forgetAll();
        });
        translations[0] = new Translations(images, cpu);
        tables[0] = new CodeTable(guest, memory, CodeTable.LIMIT, translations[0]::find);
        tables[1] = new CodeTable(guest, memory, 1, pc -> 0);
        cpu.setLong(StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
        cpu.setLong(StateLayout.EXIT, Native.Stub.EXIT.address());
        for (Mapping m : memory.mappings()) images.mapped(m);
        memory.addListener(images);
        if (spec.mode().writesProfile && store != null)
            profiler = profiler(Variant.FAST, process, images, tables[0]);
        time("attach", start);
        start = System.nanoTime();
        GuestThread thread = new GuestThread(guest, task, tables[0], tables[1], translations[0], lines.to(USER), () -> {
            becomePrecise(process, images, tables[0], translations[0]);
            if (compilers.length > 0) compilers[1].watch(images, tables[0], translations[0], interpreter);
        });
        interpreter = thread.interpreter;
        if (spec.verify()) verified = thread.verify();
        if (compilers.length > 0) compilers[0].watch(images, tables[0], translations[0], thread.interpreter);
        try (HostThread host = HostThread.attach(cpu.address, memory.base())) {
            task.takeOutsideSignals();
            try {
                thread.run();
                time("run", start);
                start = System.nanoTime();
                process.closeDescriptors();
                finish(index);
                time("flush", start);
            } finally {
                task.leaveOutsideSignals();
            }
        }
        if (index != null && index.problem() != null) refusals.add(new Refusal(spec.cache().resolve(ContentIndex.NAME).toString(), index.problem()));
        outcome = () -> new Outcome(process.exitStatus(), null, report(process, thread, tables[0], images, cpu));
    }

    private Profiler profiler(Variant variant, Process process, Images images, CodeTable blocks) {
        return new Profiler(variant.profiles(store), images, blocks, Long.toHexString(System.currentTimeMillis()) + "-" + process.pid());
    }

    /** The guest handles faults from now on: only precise code, and a profile of what is wanted of that. On the guest's thread. */
    private void becomePrecise(Process process, Images images, CodeTable blocks, Translations translations) {
        if (compilers.length > 0) compilers[0].stop();
        if (profiler != null) {
            profiler.flush();
            profiler = profiler(Variant.PRECISE, process, images, blocks);
        }
        images.use(Variant.PRECISE, Variant.PRECISE.keys(guest));
        translations.forgetAll();
        blocks.forEach(code -> code.setHostEntry(translations.find(code.block.pc())));
    }

    private void finish(ContentIndex index) {
        if (profiler == null) return;
        profiler.flush();
        if (profiler.problem() != null) {
            warnings.add("the profile could not be written: " + profiler.problem());
            return; // nor could the index
        }
        try {
            index.save();
        } catch (IOException e) {
            warnings.add("the cache's index could not be written: " + e.getMessage());
        }
    }

    private Report report(Process process, GuestThread thread, CodeTable blocks, Images images, CpuState cpu) {
        refusals.addAll(images.refusals());
        return new Report(spec.mode(), thread.interpreter.instructions(), cpu.getLong(StateLayout.NATIVE_INSTRUCTIONS), images.regionsAttached,
                compiled(), thread.counters, blocks.changed, images.hits, refusals, images.bytesMapped, times,
                process.unsupported(), thread.unsupported, process.pid(),
                (int) Syscall.call(GETPPID), LaunchSpec.text(process.executable()), process.exitStatus(), verified);
    }

    private int compiled() {
        int compiled = 0;
        for (CompilerThread c : compilers) compiled += c.compiled;
        return compiled;
    }

    private void time(String what, long startNanos) { times.put(what, (System.nanoTime() - startNanos) / 1e6); }
}
