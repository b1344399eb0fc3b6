package patina.engine;

import java.util.ArrayList;
import java.util.List;
import patina.ir.StateLayout;
import patina.linux.LaunchSpec;
import patina.linux.Process;

/** What all guest threads of a run did, for --stats: each adds its part at its end. */
public final class Totals {
    /** A process that has ended. */
    record Ended(int pid, int ppid, String image, int exit) {}

    /** So many are listed; more are counted only. */
    private static final int MOST = 10_000;

    long interpreted, nativeInstructions, codeChanged, bytesMapped;
    int regionsAttached, imagesHit;
    final Counters counters = new Counters();
    final List<Report.Unsupported> unsupported = new ArrayList<>();
    final List<Refusal> refusals = new ArrayList<>();
    final List<Ended> processes = new ArrayList<>();
    Verified verified;

    synchronized void add(GuestThread thread) {
        interpreted += thread.interpreter.instructions();
        nativeInstructions += thread.cpu.getLong(StateLayout.NATIVE_INSTRUCTIONS);
        codeChanged += thread.blocks.changed;
        counters.add(thread.counters);
    }

    synchronized void add(Images images) {
        bytesMapped += images.bytesMapped;
        regionsAttached += images.regionsAttached;
        imagesHit += images.hits;
        for (Refusal r : images.refusals()) if (refusals.size() < MOST && !refusals.contains(r)) refusals.add(r);
    }

    synchronized void add(Process process) {
        if (processes.size() < MOST) processes.add(new Ended(process.pid(), process.parent(), LaunchSpec.text(process.executable()), process.exitStatus()));
    }

    /** Whether nobody has said so before. */
    synchronized boolean isNew(Report.Unsupported what) {
        if (unsupported.contains(what) || unsupported.size() >= MOST) return false;
        return unsupported.add(what);
    }

    synchronized Verified verified() { return verified == null ? verified = new Verified() : verified; }
}
