package patina.memory;

import java.util.Arrays;
import patina.host.Raw;

/** What guest memory held before each write of Java's, while {@link AddressSpace#logWrites} has it: so that writes can be undone. */
public final class WriteLog {
    private final long base;
    private long[] addresses = new long[64];
    private int[] lengths = new int[64];
    private byte[] old = new byte[1024];
    private int count, used;

    public WriteLog(AddressSpace memory) { base = memory.base(); }

    void note(long address, int length) {
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        if (used + length > old.length) old = Arrays.copyOf(old, 2 * old.length + length);
        Raw.copy(base + address, old, used, length);
        addresses[count] = address;
        lengths[count++] = length;
        used += length;
    }

    public void clear() { count = used = 0; }

    /** The number of writes, and how many bytes they were. */
    public int writes() { return count; }

    public int bytes() { return used; }

    public long address(int write) { return addresses[write]; }

    public int length(int write) { return lengths[write]; }

    /** Memory is again as it was before the first write. The log stays. */
    public void undo() {
        for (int i = count - 1, end = used; i >= 0; i--) {
            end -= lengths[i];
            Raw.copy(old, end, base + addresses[i], lengths[i]);
        }
    }

    /** What memory holds now where the writes went, write by write. */
    public byte[] now() {
        byte[] now = new byte[used];
        for (int i = 0, at = 0; i < count; at += lengths[i++]) Raw.copy(base + addresses[i], now, at, lengths[i]);
        return now;
    }
}
