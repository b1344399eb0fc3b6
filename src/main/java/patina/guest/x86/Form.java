package patina.guest.x86;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * One form of one opcode: when it applies, and what it then means. A row of the tables gives one or several forms.
 *
 * <pre>    opcode[-opcode][/digits] {condition} NAME[/NAME…] [operand,…]</pre>
 *
 * The first form that applies is taken. Digits are the values of ModRM.reg that the row is for. Conditions:
 * {@code np 66 f3 f2} the mandatory prefix is none or one of these; {@code mem reg} ModRM.mod; {@code rm0 … rm7} ModRM.rm;
 * {@code i64 o64} not in, only in 64-bit mode; {@code a16 a32 a64} address size; {@code b0} without REX.B; and three
 * which restrict nothing: {@code d64 f64} in 64-bit mode the operand size is 64 unless 66 says 16, is always 64;
 * {@code lock} may be locked if its first operand is memory.
 * <p>
 * Several names choose by what is left open: eight by the digit, or by ModRM.rm if the row has a digit; four by the mandatory
 * prefix (none, 66, F3, F2); three by operand size (16, 32, 64); two by the absence or presence of 66. A dash is no instruction.
 * <p>
 * Operands are written as in SDM vol. 2, appendix A.2: a letter for where and a letter for the size. Beyond those of the manual:
 * {@code B} memory at [rBX], {@code F} memory at [rDI] with an overridable segment, {@code s} an 8-bit immediate that is sign-extended,
 * {@code Z} the register in the low three opcode bits; size {@code x} with P, Q, N: 64-bit MMX, with 66 128-bit XMM;
 * {@code *} 128, 128, 32, 64 by mandatory prefix; {@code m} 32 or 64 by mode; {@code y} 32 or, with REX.W, 64;
 * {@code a} twice and {@code p} 16 more than the operand size; {@code s} a table register's limit and base; {@code t} 80; {@code 0} none.
 * {@code Ib} and {@code Iw} are unsigned.
 */
record Form(int when, Mnemonic mnemonic, int[] operands, int sizing, boolean lockable, boolean bytes, boolean string) {

    /** How the operand size is found in 64-bit mode. */
    static final int NORMAL = 0, DEFAULT_64 = 1, FORCED_64 = 2;

    /**
     * A situation is an int with one bit of each of these fields set, a form's {@code when} has a bit for all that it accepts:
     * the form applies if it contains the situation.
     */
    static final int PREFIX = 0, DIGIT = 4, RM = 12, MOD = 20, MODE = 22, SIZE = 24, ADDRESS = 27, REX_B = 30;

    private static final int ANY_PREFIX = 0xF, ANY_DIGIT = 0xFF << DIGIT, ANY_RM = 0xFF << RM;
    static final int MEMORY = 1 << MOD, REGISTER = 2 << MOD;
    private static final int ANY_MODRM = ANY_DIGIT | ANY_RM | MEMORY | REGISTER;

    /** Instead of {@code Mnemonic.valueOf}, whose first use costs 10 ms of reflection. */
    private static final Map<String, Mnemonic> NAMES = new HashMap<>(2 * Mnemonic.values().length);

    static {
        for (Mnemonic mnemonic : Mnemonic.values()) NAMES.put(mnemonic.name(), mnemonic);
    }

    boolean applies(int situation) { return (when & situation) == situation; }

    /** Whether the form is chosen, or an operand found, by a ModRM byte. */
    boolean hasModrm() {
        if ((when & ANY_MODRM) != ANY_MODRM) return true;
        for (int operand : operands) if ("CDEGMNPQRSUVW".indexOf(operand >> 8) >= 0) return true;
        return false;
    }

    /** MOV to and from control and debug registers takes ModRM.mod for 3, whatever it is (SDM vol. 2, MOV—Move to/from Control Registers). */
    boolean ignoresMod() {
        for (int operand : operands) if (operand >> 8 == 'C' || operand >> 8 == 'D') return true;
        return false;
    }

    /** Adds the forms of one row to a list. Stands on the path of a first run: no regular expressions, no lambdas. */
    static void parse(String row, List<Form> forms) {
        StringTokenizer words = new StringTokenizer(row);
        String opcode = words.nextToken(), word = words.nextToken();
        int when = -1, sizing = NORMAL, prefixes = 0;
        boolean lockable = false;
        int slash = opcode.indexOf('/');
        if (slash > 0) when = only(when, ANY_DIGIT, digits(opcode, slash + 1));
        for (; !isName(word); word = words.nextToken()) {
            switch (word) {
                case "np"   -> prefixes |= 1;
                case "66"   -> prefixes |= 2;
                case "f3"   -> prefixes |= 4;
                case "f2"   -> prefixes |= 8;
                case "mem"  -> when &= ~REGISTER;
                case "reg"  -> when &= ~MEMORY;
                case "i64"  -> when = only(when, 3 << MODE, 1 << MODE);
                case "o64"  -> when = only(when, 3 << MODE, 2 << MODE);
                case "a16"  -> when = only(when, 7 << ADDRESS, 1 << ADDRESS);
                case "a32"  -> when = only(when, 7 << ADDRESS, 2 << ADDRESS);
                case "a64"  -> when = only(when, 7 << ADDRESS, 4 << ADDRESS);
                case "b0"   -> when = only(when, 3 << REX_B, 1 << REX_B);
                case "d64"  -> sizing = DEFAULT_64;
                case "f64"  -> sizing = FORCED_64;
                case "lock" -> lockable = true;
                default     -> when = only(when, ANY_RM, 1 << RM + Integer.parseInt(word, 2, 3, 10));
            }
        }
        String[] names = word.split("/");
        int[] operands = words.hasMoreTokens() ? operands(words.nextToken()) : new int[0];
        if (prefixes == 0 && has(operands, "PQN", 'x')) prefixes = 3;
        if (prefixes != 0) when = only(when, ANY_PREFIX, prefixes);
        if (has(operands, "M", '\0')) when &= ~REGISTER;
        if (has(operands, "RNUi", '\0')) when &= ~MEMORY;
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals("-")) continue;
            int narrowed = switch (names.length) {
                case 8  -> slash > 0 ? only(when, ANY_RM, 1 << RM + i) : only(when, ANY_DIGIT, 1 << DIGIT + i);
                case 4, 2 -> only(when, ANY_PREFIX, 1 << i);
                case 3  -> only(when, 7 << SIZE, 1 << SIZE + i);
                default -> when;
            };
            forms.add(new Form(narrowed, NAMES.get(names[i]), operands, sizing, lockable,
                    isBytes(operands), has(operands, "XY", '\0')));
        }
    }

    private static boolean isName(String word) { return word.charAt(0) == '-' || word.charAt(0) >= 'A' && word.charAt(0) <= 'Z'; }

    private static int only(int when, int field, int bits) { return when & (~field | bits); }

    private static int digits(String word, int from) {
        int bits = 0;
        for (int i = from; i < word.length(); i++) bits |= 1 << DIGIT + word.charAt(i) - '0';
        return bits;
    }

    private static int[] operands(String codes) {
        String[] words = codes.split(",");
        int[] operands = new int[words.length];
        for (int i = 0; i < words.length; i++) operands[i] = operand(words[i]);
        return operands;
    }

    /** An operand code as place << 8 | size; what is not of the manual's two-letter kind is renamed to it. */
    private static int operand(String code) {
        return switch (code) {
            case "AL"  -> 'a' << 8 | 'b';
            case "AX"  -> 'a' << 8 | 'w';
            case "rAX" -> 'a' << 8 | 'v';
            case "zAX" -> 'a' << 8 | 'z';
            case "CL"  -> 'c' << 8 | 'b';
            case "DX"  -> 'd' << 8 | 'w';
            case "1"   -> '1' << 8 | 'b';
            case "ST0" -> 'h' << 8 | 't';
            case "STi" -> 'i' << 8 | 't';
            case "ES", "CS", "SS", "DS", "FS", "GS" -> 'g' << 8 | "ECSDFG".indexOf(code.charAt(0));
            default    -> code.charAt(0) << 8 | code.charAt(1);
        };
    }

    private static boolean has(int[] operands, String places, char size) {
        for (int operand : operands) {
            if (places.indexOf(operand >> 8) >= 0 && (size == 0 || (operand & 0xFF) == size)) return true;
        }
        return false;
    }

    /** Whether the operation is one on bytes: its first operand is, port numbers aside. */
    private static boolean isBytes(int[] operands) {
        for (int operand : operands) {
            int place = operand >> 8;
            if (place != 'I' && place != 'd') return (operand & 0xFF) == 'b' && "EGZOXYa".indexOf(place) >= 0;
        }
        return false;
    }
}
