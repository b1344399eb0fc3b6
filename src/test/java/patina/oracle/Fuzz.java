package patina.oracle;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import patina.guest.x86.Text;

/** Random differential testing: see bin/fuzz. */
public final class Fuzz {
    private static final int REPORTS_PER_INSTRUCTION = 2;
    private static final long PROGRESS_NANOS = 1_000_000_000;

    private long seed = 1, first = 0, cases = Long.MAX_VALUE / 2;
    private double minutes = 1;
    private Set<Family> families = EnumSet.of(Family.INTEGER, Family.SSE, Family.MMX);
    private String reference = "cpu", tested = "interp";
    private int length = 20, states = 4;

    private final Map<String, Integer> reported = new TreeMap<>(), unsupported = new TreeMap<>(), covered = new TreeMap<>();
    private final long start = System.nanoTime();
    private long done, skipped, shown = start;
    private int failures;
    private Judge judge;

    private final PrintStream out;

    Fuzz(PrintStream out, String... options) {
        this.out = out;
        for (int i = 0; i < options.length; i += 2) option(options[i], i + 1 < options.length ? options[i + 1] : "");
    }

    public static void main(String[] args) {
        try {
            System.exit(new Fuzz(System.out, args).run(e -> e) ? 0 : 1);
        } catch (IllegalArgumentException e) {
            usage(String.join(" ", args));
        }
    }

    private void option(String name, String v) {
        switch (name) {
            case "--seed" -> seed = Long.parseLong(v);
            case "--minutes" -> minutes = Double.parseDouble(v);
            case "--from" -> first = Long.parseLong(v);
            case "--cases" -> cases = Long.parseLong(v);
            case "--families" -> {
                families = EnumSet.noneOf(Family.class);
                for (String family : v.split(",")) families.add(Family.valueOf(family.toUpperCase()));
            }
            case "--against" -> reference = v;
            case "--engine" -> tested = v;
            case "--states" -> states = Integer.parseInt(v);
            case "--length" -> length = Integer.parseInt(v);
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static void usage(String what) {
        System.err.println("fuzz: what is " + what + "? Options: --minutes N --seed S --from CASE --cases N --families integer,sse,mmx,x87 --engine interp|step|template|llvm|llvm0"
                + " --against cpu|interp --length N (instructions) --states N (for the same instructions)");
        System.exit(2);
    }

    /** On a thread of its own, or the only one. Whether nothing differs; {@code change} may put something before the engine that is tested. */
    boolean run(UnaryOperator<Engine> change) {
        try (Engines engines = new Engines()) {
            judge = new Judge(engines.of(reference), change.apply(engines.of(tested)), engines.stepper());
            long end = start + (long) (minutes * 60e9), now = start;
            for (long n = first; n < first + cases && now < end; n++, now = System.nanoTime()) {
                tryCase(n);
                progress(now);
            }
        }
        summary();
        return failures == 0;
    }

    /** Fewer cases were compared than could not be. */
    boolean skipsMost() { return done < skipped; }

    /** The case's number alone decides what it is. */
    private void tryCase(long number) {
        RandomGenerator random = new SplittableRandom(seed * 1_000_003 + number);
        List<Piece> pieces = new Generator(random, families).pieces(1 + Math.min(random.nextInt(length), random.nextInt(length)));
        Situations situations = new Situations(random, families.contains(Family.X87));
        Case now = new Case(pieces, null);
        for (int i = 0; i < states; i++) {
            State before = situations.state(pieces);
            if (before == null) { skipped++; continue; }
            Case c = now.from(before);
            Engine.Raised obstacle = judge.obstacle(c);
            if (obstacle != null) {
                c = allowed(c, obstacle);
                if (c == null || Judge.forbids(judge.obstacle(c))) { skipped++; continue; }
                now = c;
            }
            List<String> differences = judge.compare(c);
            done++;
            if (differences == null) continue;
            failed(c, number);
            break;
        }
        for (Piece p : pieces) covered.merge(Text.name(p.insn()), 1, Integer::sum);
    }

    /** The case up to the obstacle, with it if it is one to compare; null if nothing is left. */
    private Case allowed(Case c, Engine.Raised obstacle) {
        if (obstacle.offset() < 0) return null;
        int i = c.index(obstacle.offset());
        if (obstacle.exception().equals("UNSUPPORTED") && i < c.pieces().size()) unsupported.merge(Text.name(c.pieces().get(i).insn()), 1, Integer::sum);
        Case prefix = c.prefix(Math.min(c.pieces().size(), Judge.forbids(obstacle) ? i : i + 1));
        return prefix.pieces().isEmpty() ? null : prefix;
    }

    private void failed(Case c, long number) {
        failures++;
        List<String> differences = judge.differences(c);
        Case small = Shrink.shrink(new Case(c.pieces(), c.before().copy()), judge);
        List<String> again = judge.differences(small);
        if (again == null) {
            out.println("not every time: " + differences + " in " + c.text() + " (case " + number + "), " + small.text());
            return;
        }
        String key = Text.name(small.last()) + (again.isEmpty() ? "" : " " + again.getFirst().replaceAll("[0-9 ].*", ""));
        if (reported.merge(key, 1, Integer::sum) > REPORTS_PER_INSTRUCTION) return;
        out.println(judge.line(small) + "\n    " + tested + ": " + String.join(", ", again) + "   (case " + number + ")");
    }

    private void progress(long now) {
        if (out != System.out || System.console() == null || now - shown < PROGRESS_NANOS) return;
        shown = now;
        System.err.print("\r" + figures());
    }

    private String figures() {
        double seconds = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
        return String.format("%,d cases, %,d instructions, %d failed, %d skipped; %,.0f cases a second of processor time", done, judge.executed, failures, skipped, done / seconds);
    }

    private void summary() {
        if (shown != start) System.err.println();
        if (!unsupported.isEmpty()) out.println("not supported: " + unsupported);
        if (!reported.isEmpty()) out.println("failed: " + reported);
        out.println("seed " + seed + ", " + tested + " against " + reference + ": " + figures() + "; " + covered.size() + " instructions covered");
    }
}
