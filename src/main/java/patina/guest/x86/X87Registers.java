package patina.guest.x86;

import static patina.guest.x86.X86State.X87;
import static patina.guest.x86.X86State.X87_CONTROL;
import static patina.guest.x86.X86State.X87_STATUS;
import static patina.guest.x86.X86State.X87_TAGS;
import static patina.guest.x86.X86State.X87_TOP;

import patina.guest.Cpu;
import patina.ir.Extended;
import patina.ir.FloatUnit;

/** The x87 registers as helpers see them. A number is a pair: significand, and sign and exponent ({@link Extended}). */
final class X87Registers {
    /** Exception flags of the status word. */
    static final int INVALID = 1, DENORMAL = 2, ZERO_DIVIDE = 4, OVERFLOW = 8, UNDERFLOW = 16, PRECISION = 32, STACK_FAULT = 64, SUMMARY = 0x8080;

    final Cpu cpu;

    X87Registers(Cpu cpu) { this.cpu = cpu; }

    int top() { return (int) cpu.getLong(X87_TOP.offset()); }

    void setTop(int top) { cpu.setLong(X87_TOP.offset(), top & 7); }

    int status() { return cpu.getShort(X87_STATUS.offset()) & 0xffff; }

    void setStatus(int status) { cpu.setShort(X87_STATUS.offset(), (short) status); }

    /** Error summary and busy, which say that an exception is pending (SDM vol. 1, 8.1.3.3): one that is raised and not masked. */
    void summarize() { setStatus(status() & ~SUMMARY | ((status() & ~control() & FloatUnit.ALL) != 0 ? SUMMARY : 0)); }

    /** Sets exception flags. */
    void raise(int flags) { setStatus(status() | flags); }

    /** Clears the condition codes in {@code clear}, then sets {@code set}. */
    void setCodes(int clear, int set) { setStatus(status() & ~clear | set); }

    int control() { return cpu.getShort(X87_CONTROL.offset()) & 0xffff; }

    void setControl(int control) { cpu.setShort(X87_CONTROL.offset(), (short) (control & 0x1f3f | 0x40)); }

    /** As the control word has it, but with 64 bits, no flag set, and all exceptions masked but for those of {@link FloatUnit#wraps}. */
    FloatUnit unit() {
        FloatUnit u = new FloatUnit();
        u.setX87(control() | 0x300, 0);
        return u;
    }

    /** Abridged: bit i set where physical register i is in use. */
    int tags() { return cpu.getByte(X87_TAGS.offset()) & 0xff; }

    void setTags(int tags) { cpu.setByte(X87_TAGS.offset(), (byte) tags); }

    /** ST(0) … ST(n - 1) are in use; else the stack underflow is recorded. */
    boolean inUse(int n) {
        for (int i = 0; i < n; i++) {
            if ((tags() >> (top() + i & 7) & 1) != 0) continue;
            setStatus(status() & ~X87Stack.C1 | INVALID | STACK_FAULT);
            return false;
        }
        return true;
    }

    /** There is room to push; else the stack overflow is recorded. */
    boolean hasRoom() {
        if ((tags() >> (top() - 1 & 7) & 1) == 0) return true;
        raise(INVALID | STACK_FAULT | X87Stack.C1);
        return false;
    }

    private int at(int i) { return X87 + 16 * (top() + i & 7); }

    long significand(int i) { return cpu.getLong(at(i)); }

    int signExponent(int i) { return cpu.getShort(at(i) + 8) & 0xffff; }

    /** Sets ST(i), which is then in use. */
    void set(int i, long significand, int signExponent) {
        cpu.setLong(at(i), significand);
        cpu.setShort(at(i) + 8, (short) signExponent);
        setTags(tags() | 1 << (top() + i & 7));
    }

    void set(int i, long[] number) { set(i, number[0], (int) number[1]); }

    void setIndefinite(int i) { set(i, Extended.INDEFINITE, Extended.INDEFINITE_SE); }

    /** An invalid operation whose result is ST(i). */
    void invalid(int i) {
        setIndefinite(i);
        raise(INVALID);
    }

    void push(long significand, int signExponent) {
        setTop(top() - 1);
        set(0, significand, signExponent);
    }

    void pop() {
        setTags(tags() & ~(1 << top()));
        setTop(top() + 1);
    }

    /** A NaN among ST(0) … ST(n - 1) (n = 1 or 2) makes the result, which goes to ST({@code to}); true if so. Denormals are noted. */
    boolean nan(int n, int to) {
        long[] r = new long[2];
        boolean found = n == 1 ? Extended.nan(r, 0, significand(0), signExponent(0))
                : Extended.nan(r, 0, significand(0), signExponent(0), significand(1), signExponent(1));
        if (!found) {
            for (int i = 0; i < n; i++) if (Extended.isDenormal(significand(i), signExponent(i))) raise(DENORMAL);
            return false;
        }
        for (int i = 0; i < n; i++) if (isSignalling(i)) raise(INVALID);
        set(to, r);
        return true;
    }

    private boolean isSignalling(int i) {
        long sig = significand(i);
        int se = signExponent(i);
        return Extended.isUnsupported(sig, se) || Extended.isNaN(sig, se) && (sig & Extended.QUIET) == 0;
    }
}
