package patina.llvm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.SynchronousQueue;
import patina.ir.Block;
import patina.ir.ObjectCode;
import patina.ir.Region;

/**
 * Regions to object code. Deterministic; a region's code does not depend on what was compiled before. One caller at a time.
 *
 * <p>LLVM runs on a thread of its own, started with the compiler: it recurses deeply, so it wants a large stack, and where it gives up
 * ("fatal error") the thread is left standing, the caller gets an exception, and the next region a new thread.
 */
public final class LlvmCompiler implements AutoCloseable {
    private static final long STACK = 64 << 20;

    private record Job(List<Region> regions, Options options, CompletableFuture<byte[]> result) {}

    private static final Job END = new Job(null, null, null);

    private SynchronousQueue<Job> jobs;

    public LlvmCompiler() { start(); }

    /** LLVM's version; a LinkageError says that it cannot be loaded. */
    public static String version() { return Llvm.version(); }

    /** Whether native code does the block; else a region ends with an INTERPRET exit there. */
    public static boolean isNative(Block block) { return Lowering.isNative(block); }

    private void start() {
        SynchronousQueue<Job> queue = new SynchronousQueue<>();
        jobs = queue;
        Thread thread = new Thread(null, () -> work(queue), "patina-llvm", STACK);
        thread.setDaemon(true);
        thread.start();
    }

    private static void work(SynchronousQueue<Job> jobs) {
        Job[] current = new Job[1];
        try (Llvm llvm = new Llvm(message -> current[0].result.completeExceptionally(new Fatal(message)))) {
            for (Job job = jobs.take(); job != END; job = jobs.take()) {
                current[0] = job;
                try {
                    job.result.complete(llvm.compile(Lowering.module(job.regions, job.options, Llvm.TRIPLE, llvm.dataLayout(job.options)), job.options));
                } catch (Throwable e) {
                    job.result.completeExceptionally(e);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (Throwable e) {
            refuse(jobs, e);
        }
    }

    /** LLVM cannot be loaded or set up: every job learns why. */
    private static void refuse(SynchronousQueue<Job> jobs, Throwable why) {
        try {
            for (Job job = jobs.take(); job != END; job = jobs.take()) job.result.completeExceptionally(why);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Fatal extends RuntimeException {
        Fatal(String message) { super(message); }
    }

    public ObjectCode compile(Region region, Options options) { return compile(List.of(region), options).getFirst(); }

    /**
     * The same code as one by one, in the regions' order, but LLVM's setting up of 5 ms is paid once: some dozens of regions are a good
     * number. Entries must differ. A failure concerns all: it names the region where there is only one.
     */
    public synchronized List<ObjectCode> compile(List<Region> regions, Options options) {
        byte[] object = object(regions, options);
        try {
            ElfObject elf = new ElfObject(object);
            List<ObjectCode> codes = new ArrayList<>();
            for (Region r : regions) {
                Extraction code = new Extraction(elf, r.entry(), regions.size() == 1);
                codes.add(code.isEntangled() ? compile(r, options) : new ObjectCode(r.entry(), r.instructions(), code.code(), code.relocations(), ranges(r)));
            }
            return codes;
        } catch (CompileException e) {
            throw failure(regions, e);
        }
    }

    /** LLVM's object file, as it is. */
    synchronized byte[] object(List<Region> regions, Options options) {
        Job job = new Job(regions, options, new CompletableFuture<>());
        try {
            jobs.put(job);
            return job.result.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompileException("interrupted");
        } catch (CompletionException e) {
            if (e.getCause() instanceof LinkageError missing) throw missing; // not the regions' fault: nobody shall take them for hopeless
            if (e.getCause() instanceof Fatal) start();
            throw failure(regions, e.getCause());
        }
    }

    private static CompileException failure(List<Region> regions, Throwable cause) {
        CompileException e = new CompileException((regions.size() == 1 ? "region" : regions.size() + " regions from") + " 0x"
                + Long.toHexString(regions.getFirst().entry()) + ": "
                + (cause instanceof CompileException || cause instanceof Fatal ? cause.getMessage() : cause.toString()));
        e.initCause(cause);
        return e;
    }

    private static List<ObjectCode.Range> ranges(Region region) {
        List<ObjectCode.Range> all = new ArrayList<>(region.lookedAt()), sorted = new ArrayList<>();
        for (Block b : region.blocks().values()) all.add(new ObjectCode.Range(b.pc(), b.length()));
        all.sort(Comparator.comparingLong(ObjectCode.Range::from));
        for (ObjectCode.Range r : all) {
            ObjectCode.Range last = sorted.isEmpty() ? null : sorted.getLast();
            if (r.length() == 0) continue;
            if (last == null || last.from() + last.length() < r.from()) sorted.add(r);
            else {
                long end = Math.max(last.from() + last.length(), r.from() + r.length());
                sorted.set(sorted.size() - 1, new ObjectCode.Range(last.from(), (int) (end - last.from())));
            }
        }
        return sorted;
    }

    @Override public synchronized void close() {
        try {
            jobs.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
