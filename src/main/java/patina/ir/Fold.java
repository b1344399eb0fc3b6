package patina.ir;

/** Folding while building: scalar constants by the operation's own meaning, and the identities that lifting produces in masses. */
final class Fold {
    private Fold() {}

    /** What the operation comes to without being appended, or null. */
    static Value fold(Builder ir, Op op, Type type, Value a, Value b, Value c, long imm) {
        if (type.isVector() || a.type.isVector() || type.lane().isFloat() || a.type.lane().isFloat() || op == Op.SELECT) return null;
        boolean constant = a.isConst() && (b == null || b.isConst()) && (c == null || c.isConst());
        if (constant && op.meaning != null && !isDivision(op))
            return ir.constant(op.meaning.apply(a.imm, b == null ? imm : b.imm, c == null ? type.lane().ordinal() : c.imm, a.type.lane()), type);
        return switch (op) {
            case ADD, SUB, OR, XOR, SHL, LSHR, ASHR, ROTL, ROTR -> b.isConst(0) ? a : op == Op.ADD && a.isConst(0) ? b : null;
            case AND -> b.isConst(type.lane().wrap(-1)) ? a : b.isConst(0) ? b : null;
            case TRUNC -> a.op == Op.ZEXT || a.op == Op.SEXT || a.op == Op.TRUNC ? narrow(ir, a, type) : null;
            case ZEXT -> a.op == Op.ZEXT ? ir.zext(a.a, type) : null;
            default -> null;
        };
    }

    private static Value narrow(Builder ir, Value extended, Type to) {
        Value source = extended.a;
        int have = source.type.bits(), want = to.bits();
        return want == have ? source : want < have ? ir.trunc(source, to) : ir.convert(extended.op, source, to);
    }

    private static boolean isDivision(Op op) { return op.name().startsWith("UDIV") || op.name().startsWith("SDIV") || op.name().contains("REM"); }
}
