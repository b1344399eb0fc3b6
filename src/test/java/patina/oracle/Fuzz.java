package patina.oracle;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import patina.guest.x86.Text;


/** Random differential testing: see bin/fuzz. */
public final class Fuzz {
    private static final int REPORTS_PER_INSTRUCTION = 2;

    private long seed = 1, first = 0, cases = Long.MAX_VALUE / 2;
    private double minutes = 1;
    private Set<Family> families = EnumSet.of(Family.INTEGER, Family.SSE);
    private String reference = "cpu", tested = "interp";
    private int length = 8, states = 1;

    public static void main(String[] args) {
        Fuzz fuzz = new Fuzz();
        for (int i = 0; i + 1 < args.length; i += 2) {
            String v = args[i + 1];
            switch (args[i]) {
                case "--seed" -> fuzz.seed = Long.parseLong(v);
                case "--minutes" -> fuzz.minutes = Double.parseDouble(v);
                case "--from" -> fuzz.first = Long.parseLong(v);
                case "--cases" -> fuzz.cases = Long.parseLong(v);
                case "--families" -> {
                    fuzz.families = EnumSet.noneOf(Family.class);
                    for (String name : v.split(",")) fuzz.families.add(Family.valueOf(name.toUpperCase()));
                }
                case "--against" -> fuzz.reference = v;
                case "--engine" -> fuzz.tested = v;
                case "--states" -> fuzz.states = Integer.parseInt(v);
                case "--length" -> fuzz.length = Integer.parseInt(v);
                default -> usage(args[i]);
            }
        }
        System.exit(fuzz.run() ? 0 : 1);
    }

    private static void usage(String what) {
        System.err.println("fuzz: what is " + what + "? Options: --minutes N --seed S --from CASE --cases N --families integer,sse,mmx,x87 --engine interp|step|template|llvm|llvm0"
                + " --against cpu|interp --length N (instructions) --states N (for the same instructions)");
        System.exit(2);
    }

    private boolean run() {
        Engines engines = new Engines();
        Judge judge = new Judge(engines.of(reference), engines.of(tested), engines.of("step"));
        Map<String, Integer> reported = new TreeMap<>(), unsupported = new TreeMap<>(), covered = new TreeMap<>();
        long end = System.nanoTime() + (long) (minutes * 60e9), done = 0, skipped = 0;
        int failures = 0;
        Random random = new Random();
        Generator generator = new Generator(random, families);
        for (long n = first; n < first + cases && System.nanoTime() < end; n++) {
            random.setSeed(seed * 1_000_003 + n);
            List<Piece> pieces = generator.pieces(1 + Math.min(random.nextInt(length), random.nextInt(length)));
            Case c = new Case(pieces, generator.state(pieces));
            if (c.before() == null) continue;
            Engine.Raised obstacle = judge.obstacle(c);
            if (obstacle != null) {
                int i = c.index(obstacle.offset());
                if (obstacle.offset() < 0) { skipped++; continue; }
                if (obstacle.exception().equals("UNSUPPORTED")) unsupported.merge(Text.name(c.pieces().get(i).insn()), 1, Integer::sum);
                boolean usable = !obstacle.memory() && !obstacle.exception().equals("UNSUPPORTED");
                c = c.prefix(usable ? i + 1 : i);
                if (c.pieces().isEmpty()) { skipped++; continue; }
            }
            List<String> differences = judge.differences(c);
            done++;
            for (int i = 1; i < states && differences == null; i++) {
                State another = generator.state(c.pieces());
                if (another == null) continue;
                c = new Case(c.pieces(), another);
                done++;
                differences = judge.differences(c);
            }
            for (Piece p : c.pieces()) covered.merge(Text.name(p.insn()), 1, Integer::sum);
            if (differences == null) continue;
            failures++;
            Case small = Shrink.shrink(new Case(c.pieces(), c.before().copy()), judge);
            List<String> again = judge.differences(small);
            if (again == null) {
                System.out.println("not every time: " + differences + " in " + c.text() + " (case " + n + "), " + small.text());
                continue;
            }
            differences = again;
            String key = Text.name(small.last()) + (differences.size() > 0 ? differences.getFirst().replaceAll("[0-9 ].*", "") : "");
            if (reported.merge(key, 1, Integer::sum) <= REPORTS_PER_INSTRUCTION) {
                System.out.println(judge.line(small) + "\n    " + tested + ": " + String.join(", ", differences) + "   (case " + n + ")");
            }
        }
        System.out.println(done + " cases, " + failures + " failed, " + skipped + " skipped; " + covered.size() + " instructions covered");
        if (!unsupported.isEmpty()) System.out.println("not supported: " + unsupported);
        if (!reported.isEmpty()) System.out.println("failed: " + reported);
        return failures == 0;
    }
}
