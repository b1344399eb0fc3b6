package patina.llvm;

import java.util.TreeSet;
import patina.ir.Lane;
import patina.ir.Type;

/** LLVM IR text of one function in the making: fresh names, the block at hand, and blocks put aside for the end. */
final class Text {
    /** Branch weights: the first successor is hardly ever taken. */
    static final String UNLIKELY = ", !prof !1";
    static final String INVARIANT = ", !invariant.load !0";

    private StringBuilder out = new StringBuilder();
    private int names;
    /** Other regions' addresses that the text refers to. */
    final TreeSet<Long> regions = new TreeSet<>();

    void line(String s) { out.append("  ").append(s).append('\n'); }

    void label(String name) { out.append(name).append(":\n"); }

    /** A new value. */
    String let(String right) {
        String name = "%t" + names++;
        out.append("  ").append(name).append(" = ").append(right).append('\n');
        return name;
    }

    /** A new block's name, without the percent sign. */
    String freshLabel(String stem) { return stem + "_" + names++; }

    /** Continues in {@code other} until called again; returns what was the text before. */
    StringBuilder swap(StringBuilder other) {
        StringBuilder before = out;
        out = other;
        return before;
    }

    String region(long address) {
        regions.add(address);
        return symbol(address);
    }

    /** A region's symbol. */
    static String symbol(long address) { return "@" + ElfObject.REGION_PREFIX + Long.toHexString(address); }

    // ---- types

    static String type(Lane w) {
        return switch (w) {
            case F32 -> "float";
            case F64 -> "double";
            case F80 -> "x86_fp80";
            default -> "i" + w.bits();
        };
    }

    static String type(Type t) { return t.isVector() ? "<" + t.lanes() + " x " + type(t.lane()) + ">" : type(t.lane()); }

    /** Integer lanes of the same widths. */
    static Type integers(Type t) { return t.lane().isFloat() ? new Type(t.lane().integer(), t.lanes()) : t; }

    // ---- memory of the state

    String statePointer(int offset) { return offset == 0 ? "%state" : let("getelementptr i8, ptr %state, i64 " + offset); }

    String loadWord(int offset) { return let("load i64, ptr " + statePointer(offset) + ", align 8"); }

    void storeWord(int offset, String value) { line("store i64 " + value + ", ptr " + statePointer(offset) + ", align 8"); }

    /** Loads a value of type t as the state keeps it: I1 in a byte. {@code suffix}: metadata. */
    String loadAs(Type t, String pointer, String volatility, String suffix) {
        if (!t.equals(Type.I1)) return let("load " + volatility + type(t) + ", ptr " + pointer + ", align " + alignment(t) + suffix);
        return let("trunc i8 " + let("load " + volatility + "i8, ptr " + pointer + suffix) + " to i1");
    }

    void storeAs(Type t, String value, String pointer, String volatility) {
        if (t.equals(Type.I1)) line("store " + volatility + "i8 " + let("zext i1 " + value + " to i8") + ", ptr " + pointer);
        else line("store " + volatility + type(t) + " " + value + ", ptr " + pointer + ", align " + alignment(t));
    }

    /** Slots lie at multiples of their size. */
    private static int alignment(Type t) { return t.lane() == Lane.F80 ? 16 : Math.min(16, Integer.highestOneBit(t.bytes())); }

    @Override public String toString() { return out.toString(); }
}
