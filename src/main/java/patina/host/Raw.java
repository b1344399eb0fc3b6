package patina.host;

import jdk.internal.misc.Unsafe;

/**
 * Host memory by address, unaligned, little-endian as every supported host is. Callers have checked the address. The plain accesses of
 * Unsafe, not those named unaligned: every supported host's loads and stores may be unaligned, and C1 makes a call of each of the others; with null, for the form
 * without it is one more call where the JVM interprets.
 */
public final class Raw {
    private Raw() {}

    private static final Unsafe U = Unsafe.getUnsafe();

    public static byte getByte(long a) { return U.getByte(null, a); }
    public static short getShort(long a) { return U.getShort(null, a); }
    public static int getInt(long a) { return U.getInt(null, a); }
    public static long getLong(long a) { return U.getLong(null, a); }
    public static void putByte(long a, byte v) { U.putByte(null, a, v); }
    public static void putShort(long a, short v) { U.putShort(null, a, v); }
    public static void putInt(long a, int v) { U.putInt(null, a, v); }
    public static void putLong(long a, long v) { U.putLong(null, a, v); }

    public static long getLongVolatile(long a) { return U.getLongVolatile(null, a); }
    public static void putLongVolatile(long a, long v) { U.putLongVolatile(null, a, v); }
    public static long compareAndExchangeLong(long a, long expected, long v) { return U.compareAndExchangeLong(null, a, expected, v); }
    public static int compareAndExchangeInt(long a, int expected, int v) { return U.compareAndExchangeInt(null, a, expected, v); }

    public static void copy(byte[] from, int offset, long to, int length) {
        U.copyMemory(from, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, null, to, length);
    }

    public static void copy(long from, byte[] to, int offset, int length) {
        U.copyMemory(null, from, to, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, length);
    }

    public static void copy(long from, long[] to, int count) { U.copyMemory(null, from, to, Unsafe.ARRAY_LONG_BASE_OFFSET, 8L * count); }

    public static void copy(long[] from, long to, int count) { U.copyMemory(from, Unsafe.ARRAY_LONG_BASE_OFFSET, null, to, 8L * count); }

    public static void copy(long from, long to, long length) { U.copyMemory(from, to, length); }

    public static void fill(long a, long length, byte v) { U.setMemory(a, length, v); }

    /** Zeroed native memory, 16-byte aligned; given back by {@link #free}. */
    public static long allocate(long length) {
        long a = U.allocateMemory(length);
        U.setMemory(a, length, (byte) 0);
        return a;
    }

    public static void free(long a) { U.freeMemory(a); }

    public static int getInt(byte[] a, int at) { return U.getIntUnaligned(a, Unsafe.ARRAY_BYTE_BASE_OFFSET + at); }
    public static long getLong(byte[] a, int at) { return U.getLongUnaligned(a, Unsafe.ARRAY_BYTE_BASE_OFFSET + at); }

    public static void fence() { U.fullFence(); }
}
