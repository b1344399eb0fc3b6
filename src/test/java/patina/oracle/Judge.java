package patina.oracle;

import java.util.ArrayList;
import java.util.List;

/** Runs a case on two engines and says how the second differs from the first, apart from what the manual leaves undefined. */
final class Judge {
    /** MXCSR's and the x87 status word's exception flags are not kept by the interpreter. */
    private static final long MXCSR_KEPT = 0xffc0, FSW_KEPT = 0x3800;

    final Engine reference, tested;
    private final Engine stepper;
    private final State prior = new State(), expected = new State(), actual = new State();
    private Engine.Raised expectedRaised, actualRaised;
    /** Undefined after the case: flags, and whether its result is. */
    private int undefinedFlags;
    private boolean excused;

    /** @param stepper gives the state before the last instruction, and finds what must not run on the reference */
    Judge(Engine reference, Engine tested, Engine stepper) {
        this.reference = reference;
        this.tested = tested;
        this.stepper = stepper;
    }

    /** Why the case cannot be judged (null: it can), cut by {@link #cut} to what can. */
    Engine.Raised obstacle(Case c) {
        prior.set(c.before());
        return stepper.run(c.code(), prior);
    }

    /** The words that differ, null if none do. */
    List<String> differences(Case c) {
        prior.set(c.before());
        Case prefix = c.prefix(c.pieces().size() - 1);
        Engine.Raised early = prefix.pieces().isEmpty() ? null : stepper.run(prefix.code(), prior);
        if (early != null) return null;
        if (Undefined.result(c.last(), prior)) return null;
        excused = Undefined.fault(c.last());
        undefinedFlags = Undefined.flags(c.last(), prior);
        Engine.Raised whole = stepper.run(c.code(), again(c));
        if (whole != null && (whole.memory() || whole.exception().equals("UNSUPPORTED"))) return null;
        expected.set(c.before());
        expectedRaised = reference.run(c.code(), expected);
        actual.set(c.before());
        actualRaised = tested.run(c.code(), actual);
        return compare();
    }

    private final State scratch = new State();

    private State again(Case c) {
        scratch.set(c.before());
        return scratch;
    }

    private List<String> compare() {
        if (excused && expectedRaised != null && expectedRaised.exception().equals("#GP")) return null;
        if (expectedRaised != null || actualRaised != null) {
            return expectedRaised != null && expectedRaised.same(actualRaised) ? null : List.of(reference.name() + " raised " + expectedRaised + ", " + tested.name() + " " + actualRaised);
        }
        List<String> wrong = null;
        for (int i = 0; i < State.WORDS; i++) {
            long differs = (expected.words[i] ^ actual.words[i]) & mask(i);
            if (differs == 0) continue;
            if (wrong == null) wrong = new ArrayList<>();
            wrong.add(State.NAMES[i] + " 0x" + Long.toHexString(expected.words[i]) + " but 0x" + Long.toHexString(actual.words[i]));
        }
        int at = java.util.Arrays.mismatch(expected.memory, actual.memory);
        if (at >= 0) {
            if (wrong == null) wrong = new ArrayList<>();
            wrong.add("[0x" + Long.toHexString(Layout.DATA + at) + "] " + (expected.memory[at] & 0xff) + " but " + (actual.memory[at] & 0xff));
        }
        return wrong;
    }

    private long mask(int word) {
        return switch (word) {
            case State.FLAGS -> (Undefined.STATUS | 0x400) & ~undefinedFlags;
            case State.MXCSR -> MXCSR_KEPT;
            case State.FSW -> FSW_KEPT;
            default -> -1;
        };
    }

    /** What the reference gave in the last comparison. */
    State expected() { return expected; }

    Engine.Raised expectedRaised() { return expectedRaised; }

    int undefinedFlags() { return undefinedFlags; }
}
