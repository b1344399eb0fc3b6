package patina.engine;

/** What a run counts for --stats. Guest instructions are exact. */
public final class Counters {
    long miss, syscall, interpret, helper, trap, fault, poll;
    /** Times that the interpreter was entered. */
    long interpretedEntries;

    void add(Counters c) {
        miss += c.miss;
        syscall += c.syscall;
        interpret += c.interpret;
        helper += c.helper;
        trap += c.trap;
        fault += c.fault;
        poll += c.poll;
        interpretedEntries += c.interpretedEntries;
    }
}
