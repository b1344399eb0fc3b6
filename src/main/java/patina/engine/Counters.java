package patina.engine;

/** What a run counts for --stats. Guest instructions are exact. */
public final class Counters {
    long miss, syscall, interpret, helper, trap, fault, poll;
    /** Times that the interpreter was entered. */
    long interpretedEntries;
}
