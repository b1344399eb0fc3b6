package patina.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Double extended arithmetic against what a CPU computed: files f80/OPERATION.txt, a line a case. */
class ExtendedTest {
    @ParameterizedTest
    @ValueSource(strings = {"fadd", "fsub", "fmul", "fdiv", "fsqrt", "frint", "compare", "narrow64", "narrow32", "widen64", "widen32",
        "to16", "to32", "to64", "from64"})
    void agreesWithTheCpu(String operation) throws IOException {
        String text = new String(ExtendedTest.class.getResourceAsStream("/f80/" + operation + ".txt").readAllBytes(), StandardCharsets.US_ASCII);
        for (String line : text.lines().toList()) if (!line.startsWith("#")) check(operation, line);
    }

    private static void check(String operation, String line) {
        String[] sides = line.split(" => "), words = sides[0].split(" ");
        int control = Integer.parseInt(words[0], 16) | FloatUnit.ALL;
        FloatUnit unit = new FloatUnit();
        unit.setX87(control, 0);
        long[] a = number(words[1]), b = words.length > 2 ? number(words[2]) : new long[2], want = number(sides[1]), got = new long[2];
        compute(operation, unit, a[0], (int) a[1], b[0], (int) b[1], got);
        assertEquals(text(want), text(got), line);
        assertEquals(text(want), text(byOperation(operation, control, a, b)), () -> "as an operation: " + line);
    }

    private static void compute(String operation, FloatUnit u, long as, int ae, long bs, int be, long[] r) {
        switch (operation) {
            case "fadd" -> Extended.add(r, 0, as, ae, bs, be, Format.EXTENDED, u);
            case "fsub" -> Extended.sub(r, 0, as, ae, bs, be, Format.EXTENDED, u);
            case "fmul" -> Extended.mul(r, 0, as, ae, bs, be, Format.EXTENDED, u);
            case "fdiv" -> Extended.div(r, 0, as, ae, bs, be, Format.EXTENDED, u);
            case "fsqrt" -> Extended.sqrt(r, 0, as, ae, Format.EXTENDED, u);
            case "frint" -> ExtendedConvert.rint(r, 0, as, ae, Rounding.CURRENT, false, u);
            case "compare" -> r[0] = Extended.compare(as, ae, bs, be);
            case "narrow64" -> r[0] = ExtendedConvert.narrow(as, ae, Lane.F64, u);
            case "narrow32" -> r[0] = ExtendedConvert.narrow(as, ae, Lane.F32, u);
            case "widen64" -> { ExtendedConvert.widen(r, 0, as, Lane.F64); quiet(r); }
            case "widen32" -> { ExtendedConvert.widen(r, 0, as, Lane.F32); quiet(r); }
            case "to16" -> r[0] = ExtendedConvert.toSigned(as, ae, Lane.I16, Rounding.CURRENT, u);
            case "to32" -> r[0] = ExtendedConvert.toSigned(as, ae, Lane.I32, Rounding.CURRENT, u);
            case "to64" -> r[0] = ExtendedConvert.toSigned(as, ae, Lane.I64, Rounding.CURRENT, u);
            case "from64" -> ExtendedConvert.fromSigned(r, 0, as);
            default -> throw new IllegalArgumentException(operation);
        }
    }

    private static void quiet(long[] r) { if (Extended.isNaN(r[0], (int) r[1])) r[0] |= Extended.QUIET; }

    /** The same through the row of {@link Op}, as the interpreter computes it. */
    private static long[] byOperation(String operation, int control, long[] a, long[] b) {
        Builder ir = new Builder();
        ir.startInsn(0);
        Value x = ir.get(0, switch (operation) { case "widen64" -> Type.F64; case "widen32" -> Type.F32; case "from64" -> Type.I64; default -> Type.F80; });
        Value y = ir.get(16, Type.F80);
        Value v = switch (operation) {
            case "fadd" -> ir.binary(Op.FADD, x, y);
            case "fsub" -> ir.binary(Op.FSUB, x, y);
            case "fmul" -> ir.binary(Op.FMUL, x, y);
            case "fdiv" -> ir.binary(Op.FDIV, x, y);
            case "fsqrt" -> ir.unary(Op.FSQRT, x);
            case "frint" -> ir.roundToIntegral(x, Rounding.CURRENT);
            case "compare" -> ir.order(x, y, false);
            case "narrow64" -> ir.convert(Op.FPCONV, x, Type.F64);
            case "narrow32" -> ir.convert(Op.FPCONV, x, Type.F32);
            case "widen64", "widen32" -> ir.convert(Op.FPCONV, x, Type.F80);
            case "to16" -> ir.toSigned(x, Type.I16, Rounding.CURRENT);
            case "to32" -> ir.toSigned(x, Type.I32, Rounding.CURRENT);
            case "to64" -> ir.toSigned(x, Type.I64, Rounding.CURRENT);
            default -> ir.convert(Op.SITOFP, x, Type.F80);
        };
        x.frame = 0;
        y.frame = 2;
        v.frame = 4;
        long[] frame = {a[0], a[1], b[0], b[1], 0, 0};
        Environment environment = new Environment();
        environment.extended.setX87(control, 0);
        Evaluate.apply(v, frame, environment);
        if (!operation.equals("compare")) return new long[] {frame[4], frame[5]};
        return new long[] {switch ((int) frame[4]) { case Fp.LESS -> -1; case Fp.EQUAL -> 0; case Fp.GREATER -> 1; default -> Extended.UNORDERED; }, 0};
    }

    private static long[] number(String text) {
        int colon = text.indexOf(':');
        return new long[] {Long.parseUnsignedLong(text, colon + 1, text.length(), 16), Long.parseLong(text, 0, colon, 16)};
    }

    private static String text(long[] number) { return "%04x:%016x".formatted(number[1], number[0]); }
}
