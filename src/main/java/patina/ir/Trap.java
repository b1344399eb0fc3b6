package patina.ir;

/** Why guest code stops in the middle, apart from page faults: each guest maps these to its exceptions and signals. */
public enum Trap { DIVIDE, UNDEFINED, BREAKPOINT, GENERAL_PROTECTION, ALIGNMENT, OVERFLOW, DEBUG, TRACE, FLOATING_POINT, VECTOR_FLOATING_POINT, UNSUPPORTED }
