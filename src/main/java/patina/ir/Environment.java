package patina.ir;

/** What floating-point operations depend on and change beside their arguments: the unit of F32 and F64, and that of F80. */
public final class Environment {
    public final FloatUnit vector = new FloatUnit(), extended = new FloatUnit();

    /** After each operation where exceptions may not be masked. F80 operations run where they all are, but for results that are to be wrapped. */
    public void settle() {
        if (vector.traps()) vector.settle();
    }
}
