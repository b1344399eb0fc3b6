package patina.ir;

/** Why guest code stops in the middle, apart from page faults: each guest maps these to its exceptions and signals. */
public enum Trap { DIVIDE, UNDEFINED, BREAKPOINT, GENERAL_PROTECTION, ALIGNMENT, OVERFLOW, BOUND, FLOATING_POINT, UNSUPPORTED }
