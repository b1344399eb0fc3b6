package patina.oracle;

import java.util.Arrays;
import java.util.List;
import patina.guest.x86.Insn;

/** Runs cases on two engines and says how the second differs from the first, apart from what the manual leaves undefined. */
final class Judge {
    private final Engine reference, tested;
    private final Interpreted stepper;
    private final State scratch = new State(), expected = new State(), actual = new State();
    private final long[] undefined = new long[State.WORDS];
    private static final long EXCEPTION_FLAGS = 0x3f;
    private Engine.Raised expectedRaised;
    private boolean anyResult;
    /** The last instruction was come to once. */
    private boolean once;
    /** Instructions that both engines executed. */
    long executed;

    /** @param stepper finds what must not run on the reference, and what the last instruction found in RCX */
    Judge(Engine reference, Engine tested, Interpreted stepper) {
        this.reference = reference;
        this.tested = tested;
        this.stepper = stepper;
    }

    /** Runs the case step by step. Where it raises an exception, or null. */
    Engine.Raised obstacle(Case c) {
        Insn last = c.last();
        scratch.set(c.before());
        byte[] code = c.code();
        stepper.watched = Layout.CODE + code.length - last.length();
        Engine.Raised raised = stepper.run(code, scratch);
        Long counter = stepper.counter;
        once = stepper.visits == 1;
        undefined[State.FLAGS] = counter == null ? 0 : Undefined.flags(last, counter);
        undefined[State.FSW] = Undefined.codes(last);
        anyResult = counter != null && Undefined.result(last, counter);
        return raised;
    }

    /** Whether nothing is known of what the processor would do: it would access memory that is not there, or do what we do not support. */
    static boolean forbids(Engine.Raised obstacle) { return obstacle != null && (obstacle.memory() || obstacle.exception().equals("UNSUPPORTED")); }

    /** The words that differ; null if none do, or the case cannot be judged. */
    List<String> differences(Case c) { return forbids(obstacle(c)) ? null : compare(c); }

    /** The words that differ of the case that {@link #obstacle} was just asked about. */
    List<String> compare(Case c) {
        if (anyResult) return null;
        byte[] code = c.code();
        expected.set(c.before());
        expectedRaised = reference.run(code, expected);
        if (expectedRaised != null && c.pieces().stream().anyMatch(p -> Undefined.fault(p.insn()))) return null;
        actual.set(c.before());
        Engine.Raised raised = tested.run(code, actual);
        executed += stepper.blocks;
        if (expectedRaised == null && raised == null) return Comparison.of(expected, actual, undefined);
        if (expectedRaised == null || !expectedRaised.same(raised)) return List.of(reference.name() + " raised " + expectedRaised + " but " + raised);
        return raised.offset() == code.length - c.last().length() && once ? atFault(c) : null;
    }

    /** The last instruction, which raises an exception, leaves the state as it was before it, but for the exception flags of SSE. */
    private List<String> atFault(Case c) {
        expected.set(c.before());
        stepper.stops = true;
        stepper.run(c.code(), expected);
        stepper.stops = false;
        Arrays.fill(undefined, 0);
        undefined[State.MXCSR] = EXCEPTION_FLAGS;
        return Comparison.of(expected, actual, undefined);
    }

    /** The case that was last compared as a test line, with what the reference made of it. */
    String line(Case c) {
        return Lines.toText(c.text(), c.code(), c.before(), expected, (int) undefined[State.FLAGS], expectedRaised == null ? null : expectedRaised.exception());
    }
}
