package patina.memory;

import patina.ir.Trap;

/**
 * The guest instruction being executed cannot complete: a page fault or a trap. Thrown without a stack trace from memory accesses, helpers
 * and the interpreter; the engine turns it into a guest signal. Never reaches a user.
 */
public final class GuestFault extends RuntimeException {
    /** MAPERR: nothing mapped; ACCERR: no permission; BUS: beyond the end of a mapped file; GENERAL: not a user address; TRAP: see {@link #trap}. */
    public enum Kind { MAPERR, ACCERR, BUS, GENERAL, TRAP }

    public enum Access { READ, WRITE, EXECUTE }

    public final Kind kind;
    /** Guest address that was accessed; 0 for traps. */
    public final long address;
    public final Access access;
    public final Trap trap;

    public GuestFault(Kind kind, long address, Access access) { this(kind, address, access, null); }

    public GuestFault(Trap trap) { this(Kind.TRAP, 0, Access.READ, trap); }

    private GuestFault(Kind kind, long address, Access access, Trap trap) {
        super(trap != null ? trap.name() : kind + " " + access + " at 0x" + Long.toHexString(address), null, false, false);
        this.kind = kind; this.address = address; this.access = access; this.trap = trap;
    }
}
