package patina.guest;

/** One guest thread's state and memory as helpers see them. State offsets are bytes; guest memory accesses may raise a guest fault. */
public interface Cpu extends CodeSource {
    long getLong(int offset);
    int getInt(int offset);
    short getShort(int offset);
    byte getByte(int offset);
    void setLong(int offset, long v);
    void setInt(int offset, int v);
    void setShort(int offset, short v);
    void setByte(int offset, byte v);

    /** {@code bytes} = 1, 2, 4 or 8, zero-extended. */
    long load(long guestAddress, int bytes);

    void store(long guestAddress, int bytes, long v);

    /** Raises {@code trap} at the current instruction; does not return. */
    void raise(patina.ir.Trap trap);
}
