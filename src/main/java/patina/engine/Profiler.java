package patina.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import patina.interp.Code;
import patina.interp.Targets;
import patina.profile.FragmentWriter;

/** Writes what the interpreter counted since the last flush into the run's fragments, image by image. */
final class Profiler {
    /** The lifted blocks of one guest thread. */
    private record Source(Images images, CodeTable blocks) {}

    private final Path profiles;
    private final List<Source> sources = new ArrayList<>();
    private final String run;
    private final Map<String, FragmentWriter> writers = new HashMap<>();
    private String problem;

    Profiler(Path profiles, String run) {
        this.profiles = profiles;
        this.run = run;
    }

    synchronized void add(Images images, CodeTable blocks) { sources.add(new Source(images, blocks)); }

    /** Its thread ends: what it counted comes with the next flush. */
    synchronized void remove(CodeTable blocks) {
        for (Source s : sources) if (s.blocks == blocks) add(s);
        sources.removeIf(s -> s.blocks == blocks);
    }

    /** Called from one thread at a time; counts that the guest adds meanwhile come with the next. */
    synchronized void flush() {
        sources.forEach(this::add);
        for (FragmentWriter w : writers.values()) if (!w.commit()) problem = w.problem();
    }

    private void add(Source source) { source.blocks.forEach(code -> add(code, source.images)); }

    private void add(Code code, Images images) {
        long count = code.executions() - code.flushed;
        if (count <= 0) return;
        LoadedImage image = images.at(code.block.pc());
        if (image == null || code.source != null) return;
        code.flushed += count;
        FragmentWriter writer = writers.computeIfAbsent(image.key().hex(), _ -> new FragmentWriter(profiles, image.key(), run, image.path()));
        writer.block(code.block.pc() - image.bias(), count, code.block.instructions(), code.reached);
        if (code.targets != null) code.targets.forEach(t -> addTarget(writer, image, code.block.insns()[code.block.instructions() - 1], t));
    }

    /** Places in the same image: another may lie elsewhere the next time. */
    private static void addTarget(FragmentWriter writer, LoadedImage image, long site, Targets.Target target) {
        long count = target.count() - target.flushed;
        if (count <= 0 || !image.contains(target.pc)) return;
        target.flushed += count;
        writer.target(site - image.bias(), target.pc - image.bias(), count);
    }

    /** Why the profile could not be written, or null. */
    String problem() { return problem; }
}
