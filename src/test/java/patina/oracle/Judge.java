package patina.oracle;

import java.util.List;

/** Runs a case on two engines and says how the second differs from the first, apart from what the manual leaves undefined. */
final class Judge {
    private final Engine reference, tested, stepper;
    private final State scratch = new State(), expected = new State(), actual = new State();
    private final long[] undefined = new long[State.WORDS];
    private Engine.Raised expectedRaised;

    /** @param stepper gives the state before the last instruction, and finds what must not run on the reference */
    Judge(Engine reference, Engine tested, Engine stepper) {
        this.reference = reference;
        this.tested = tested;
        this.stepper = stepper;
    }

    /** Where the case raises an exception, or null. */
    Engine.Raised obstacle(Case c) {
        scratch.set(c.before());
        return stepper.run(c.code(), scratch);
    }

    /** The words that differ; null if none do, or the case cannot be judged: it accesses memory that is not there. */
    List<String> differences(Case c) {
        Case prefix = c.prefix(c.pieces().size() - 1);
        scratch.set(c.before());
        if (!prefix.pieces().isEmpty() && stepper.run(prefix.code(), scratch) != null) return null;
        if (Undefined.result(c.last(), scratch)) return null;
        undefined[State.FLAGS] = Undefined.flags(c.last(), scratch);
        undefined[State.FSW] = Undefined.codes(c.last());
        Engine.Raised obstacle = obstacle(c);
        if (obstacle != null && (obstacle.memory() || obstacle.exception().equals("UNSUPPORTED"))) return null;
        expected.set(c.before());
        expectedRaised = reference.run(c.code(), expected);
        if (expectedRaised != null && c.pieces().stream().anyMatch(p -> Undefined.fault(p.insn()))) return null;
        actual.set(c.before());
        Engine.Raised raised = tested.run(c.code(), actual);
        if (expectedRaised == null && raised == null) return Comparison.of(expected, actual, undefined);
        return expectedRaised != null && expectedRaised.same(raised) ? null : List.of(reference.name() + " raised " + expectedRaised + " but " + raised);
    }

    /** The case that {@link #differences} was last asked about as a test line, with what the reference made of it. */
    String line(Case c) {
        return Lines.toText(c.text(), c.code(), c.before(), expected, (int) undefined[State.FLAGS], expectedRaised == null ? null : expectedRaised.exception());
    }
}
