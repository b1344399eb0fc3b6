package patina.guest.x86;

import static patina.guest.x86.X86State.HELPER_ADDRESS;

import patina.ir.Extended;
import patina.ir.ExtendedConvert;
import patina.ir.FloatUnit;
import patina.ir.Lane;
import patina.ir.Rounding;

/**
 * The x87 environment in memory (SDM vol. 1, 8.1.10, figures 8-9 to 8-12, the protected-mode formats) and packed decimal (4.7).
 * The last instruction's and operand's pointers and the opcode are not kept: they are stored as zero.
 */
final class X87Environment {
    private X87Environment() {}

    private static final long DECIMAL_LIMIT = 1_000_000_000_000_000_000L;

    private static long address(X87Registers st) { return st.cpu.getLong(HELPER_ADDRESS.offset()); }

    /** FNSTENV: seven words of {@code bytes} (2 or 4); all exceptions are masked afterwards. */
    static void store(X87Registers st, int bytes) {
        write(st, bytes);
        st.setControl(st.control() | 0x3f);
    }

    private static void write(X87Registers st, int bytes) {
        long at = address(st), high = bytes == 4 ? 0xffff_0000L : 0;
        long[] words = {high | st.control(), high | st.status() | st.top() << 11, high | fullTags(st), 0, 0, 0, high};
        for (int i = 0; i < 7; i++) st.cpu.store(at + (long) i * bytes, bytes, words[i]);
    }

    /** Two bits for each physical register: valid 0, zero 1, special 2, empty 3. */
    static int fullTags(X87Registers st) {
        int full = 0;
        for (int i = 0; i < 8; i++) {
            int physical = st.top() + i & 7;
            full |= tag(st, i, physical) << 2 * physical;
        }
        return full;
    }

    private static int tag(X87Registers st, int i, int physical) {
        if ((st.tags() >> physical & 1) == 0) return 3;
        long sig = st.significand(i);
        int exponent = st.signExponent(i) & Extended.EXPONENT;
        if (exponent == 0) return sig == 0 ? 1 : 2;
        return exponent == Extended.EXPONENT || sig >= 0 ? 2 : 0;
    }

    static void load(X87Registers st, int bytes) {
        long at = address(st);
        // the last word is read first: nothing may change before a fault
        st.cpu.load(at + 6L * bytes, bytes);
        int control = (int) st.cpu.load(at, 2), status = (int) st.cpu.load(at + bytes, 2), full = (int) st.cpu.load(at + 2L * bytes, 2);
        st.setControl(control);
        st.setTop(status >> 11);
        st.setStatus(status & ~0x3800);
        int tags = 0;
        for (int i = 0; i < 8; i++) if ((full >> 2 * i & 3) != 3) tags |= 1 << i;
        st.setTags(tags);
    }

    /** FNSAVE: the environment, then ST(0) … ST(7) of ten bytes, then as FNINIT. */
    static void save(X87Registers st, int bytes) {
        write(st, bytes);
        long at = address(st) + 7L * bytes;
        for (int i = 0; i < 8; i++) {
            st.cpu.store(at + 10 * i, 8, st.significand(i));
            st.cpu.store(at + 10 * i + 8, 2, st.signExponent(i));
        }
        initialize(st);
    }

    static void initialize(X87Registers st) {
        st.setControl(0x37f);
        st.setStatus(0);
        st.setTop(0);
        st.setTags(0);
    }

    static void loadControl(X87Registers st) { st.setControl((int) st.cpu.load(address(st), 2)); }

    static void restore(X87Registers st, int bytes) {
        long at = address(st) + 7L * bytes;
        long[] sig = new long[8];
        int[] se = new int[8];
        for (int i = 0; i < 8; i++) {
            sig[i] = st.cpu.load(at + 10 * i, 8);
            se[i] = (int) st.cpu.load(at + 10 * i + 8, 2);
        }
        load(st, bytes);
        int tags = st.tags();
        for (int i = 0; i < 8; i++) st.set(i, sig[i], se[i]);
        st.setTags(tags);
    }

    /** FBLD: 18 packed digits, the sign in bit 79. */
    static void loadDecimal(X87Registers st) {
        long at = address(st), low = st.cpu.load(at, 8), high = st.cpu.load(at + 8, 2);
        long n = high >> 4 & 0xf;
        n = 10 * n + (high & 0xf);
        for (int i = 60; i >= 0; i -= 4) n = 10 * n + (low >>> i & 0xf);
        long[] r = new long[2];
        ExtendedConvert.fromSigned(r, 0, n);
        if (!st.hasRoom()) st.push(Extended.INDEFINITE, Extended.INDEFINITE_SE);
        else st.push(r[0], (int) (r[1] | high & Extended.SIGN));
    }

    /** FBSTP. What does not fit gives the packed decimal indefinite. */
    static void storeDecimal(X87Registers st) {
        long at = address(st), low = 0xc000_0000_0000_0000L, high = 0xffff;
        boolean valid = false;
        if (st.inUse(1)) {
            long sig = st.significand(0);
            int se = st.signExponent(0);
            FloatUnit u = st.unit();
            long n = ExtendedConvert.toSigned(sig, se, Lane.I64, Rounding.CURRENT, u);
            if (n > -DECIMAL_LIMIT && n < DECIMAL_LIMIT) {
                valid = true;
                st.raise(u.status());
                high = se & Extended.SIGN;
                low = 0;
                n = Math.abs(n);
                for (int i = 0; i < 64; i += 4, n /= 10) low |= n % 10 << i;
                high |= n % 10 | n / 10 << 4;
            }
        }
        if (!valid) st.raise(X87Registers.INVALID);
        st.cpu.store(at + 8, 2, high);
        st.cpu.store(at, 8, low);
        st.pop();
    }
}
