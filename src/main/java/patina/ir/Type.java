package patina.ir;

/** The type of a value: a scalar (one lane) or a vector. VOID is the type of operations that yield nothing. */
public record Type(Lane lane, int lanes) {
    public static final Type VOID = new Type(Lane.I1, 0);
    public static final Type I1 = new Type(Lane.I1, 1), I8 = new Type(Lane.I8, 1), I16 = new Type(Lane.I16, 1),
            I32 = new Type(Lane.I32, 1), I64 = new Type(Lane.I64, 1),
            F32 = new Type(Lane.F32, 1), F64 = new Type(Lane.F64, 1), F80 = new Type(Lane.F80, 1);
    private static final Type[] INT = {I8, I16, I32, I64};

    /** The integer scalar of {@code bits} = 1, 8, 16, 32 or 64. */
    public static Type integer(int bits) {
        return bits == 1 ? I1 : INT[Integer.numberOfTrailingZeros(bits) - 3];
    }

    /** The vector of {@code bits} in all, made of {@code lane}s. */
    public static Type vector(Lane lane, int bits) { return new Type(lane, bits / lane.bits()); }

    public int bits() { return lane.bits() * lanes; }

    /** Bytes in memory and in the CPU state; an F80 is 10 bytes in memory and takes a slot of 16. */
    public int bytes() { return Math.max(1, bits() / 8); }

    /** Longs that a value of this type takes in an interpreter frame. */
    public int words() { return (bits() + 63) / 64; }

    public boolean isVector() { return lanes > 1; }

    /** Same shape with other lanes of the same width, or another width and the same number of lanes. */
    public Type withLane(Lane other) { return lanes == 1 && !other.isFloat() ? integer(other.bits()) : new Type(other, lanes); }

    // written out: a record's own come from a bootstrap at JVM start, and lifting compares types all the time
    @Override public boolean equals(Object other) { return other instanceof Type t && t.lane == lane && t.lanes == lanes; }

    @Override public int hashCode() { return lane.ordinal() * 31 + lanes; }

    @Override public String toString() {
        return this.equals(VOID) ? "void" : lane.name().toLowerCase() + (lanes == 1 ? "" : "x" + lanes);
    }
}
