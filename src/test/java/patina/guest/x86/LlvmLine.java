package patina.guest.x86;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An instruction's text in one form for LLVM's and for {@link Text}'s: rep, repne or nothing, the name as {@link Mnemonic} has it, and each operand: a register, a number,
 * or memory as {@code size segment:[base+scale*index]} and a displacement; the size may be missing, the segment is where it is the usual one.
 */
record LlvmLine(String repeat, String name, List<Part> operands) {

    /** @param text of a register its name, of memory all but the displacement, of a number nothing */
    record Part(String text, long number) {}

    /** What LLVM prints as words before the name. */
    private static final Set<String> PREFIX_WORDS = Set.of("rep", "repe", "repne", "data16", "addr32", "addr16", "notrack", "cs", "ds", "es", "ss", "fs", "gs", "rex64");

    /** LLVM's names for instructions of ours; far forms are the near name with an L or F. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("wait", "fwait"), Map.entry("movabs", "mov"), Map.entry("fcompi", "fcomip"), Map.entry("fucompi", "fucomip"),
            Map.entry("lcall", "call"), Map.entry("ljmp", "jmp"), Map.entry("retf", "ret"), Map.entry("retfq", "ret"),
            Map.entry("popaw", "popa"), Map.entry("popal", "popad"), Map.entry("pushaw", "pusha"), Map.entry("pushal", "pushad"),
            Map.entry("sysexitq", "sysexit"), Map.entry("sysretq", "sysret"), Map.entry("fxsave64", "fxsave"), Map.entry("fxrstor64", "fxrstor"),
            Map.entry("xsave64", "xsave"), Map.entry("xrstor64", "xrstor"), Map.entry("xsavec64", "xsavec"), Map.entry("xsaves64", "xsaves"),
            Map.entry("xsaveopt64", "xsaveopt"), Map.entry("xrstors64", "xrstors"),
            Map.entry("sgdtw", "sgdt"), Map.entry("sgdtd", "sgdt"), Map.entry("sidtw", "sidt"), Map.entry("sidtd", "sidt"),
            Map.entry("lgdtw", "lgdt"), Map.entry("lgdtd", "lgdt"), Map.entry("lidtw", "lidt"), Map.entry("lidtd", "lidt"),
            // Later meanings of encodings that were no-operations or had an ignored prefix before, and are so where we do not advertise them.
            Map.entry("tzcnt", "bsf"), Map.entry("lzcnt", "bsr"), Map.entry("wbnoinvd", "wbinvd"), Map.entry("cldemote", "nop"),
            Map.entry("prefetchit0", "nop"), Map.entry("prefetchit1", "nop"), Map.entry("prefetchrst2", "nop"),
            Map.entry("rdsspd", "nop"), Map.entry("rdsspq", "nop"), Map.entry("prefetchwt1", "prefetch"));

    /** CMPPS's predicates, which LLVM has in the name. */
    private static final List<String> PREDICATES = List.of("eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord");
    private static final Map<String, String> SIZES = Map.of("byte", "8 ", "word", "16 ", "dword", "32 ", "fword", "48 ", "qword", "64 ", "tbyte", "80 ", "xmmword", "128 ");

    /** @param withOperands false for instructions that are not ours: their operands may look otherwise */
    static LlvmLine of(String text, boolean withOperands) {
        int at = 0, end;
        String name, before = "", repeat = "";
        while (true) {
            while (at < text.length() && text.charAt(at) <= ' ') at++;
            end = at;
            while (end < text.length() && text.charAt(end) > ' ') end++;
            name = text.substring(at, end);
            if (!PREFIX_WORDS.contains(name) || end == text.length()) break;
            before = name;
            if (name.startsWith("rep")) repeat = name.equals("repne") ? name : "rep";
            at = end;
        }
        List<Part> operands = new ArrayList<>();
        for (int from = withOperands ? end : text.length(); from < text.length(); ) {
            int comma = text.indexOf(',', from);
            if (comma < 0) comma = text.length();
            String operand = text.substring(from, comma).strip();
            if (!operand.isEmpty()) operands.add(operand(operand));
            from = comma + 1;
        }
        return named(repeat, name, before, operands);
    }

    private static LlvmLine named(String repeat, String name, String before, List<Part> operands) {
        // with an address size prefix, which LLVM writes as a word of its own
        if (name.equals("jrcxz") && before.equals("addr32")) return new LlvmLine(repeat, "jecxz", operands);
        if (name.equals("jecxz") && before.equals("addr16")) return new LlvmLine(repeat, "jcxz", operands);
        if (name.startsWith("cmp") && name.length() >= 7) {
            int predicate = PREDICATES.indexOf(name.substring(3, name.length() - 2));
            if (predicate >= 0) {
                operands.add(new Part("", predicate));
                return new LlvmLine(repeat, "cmp" + name.substring(name.length() - 2), operands);
            }
        }
        return new LlvmLine(repeat, NAMES.getOrDefault(name, name), operands);
    }

    /** Of either style: {@code dword ptr [rax + 4*rcx - 16]}, {@code dword [rax+rcx*4-0x10]}. */
    private static Part operand(String s) {
        int bracket = s.indexOf('[');
        if (bracket >= 0) return memory(s, bracket);
        char first = s.charAt(0);
        if (first == '-' || first >= '0' && first <= '9') return new Part("", number(s));
        return new Part(s.equals("st") ? "st0" : s.startsWith("st(") ? "st" + s.charAt(3) : s, 0);
    }

    private static Part memory(String s, int bracket) {
        String size = "", segment = "", base = "", index = "";
        int space = s.indexOf(' ');
        if (space > 0 && space < bracket) size = SIZES.get(s.substring(0, space));
        if (bracket > 0 && s.charAt(bracket - 1) == ':') segment = s.substring(bracket - 3, bracket);
        long displacement = 0;
        int at = bracket + 1, end = s.length() - 1;
        while (at < end) {
            while (" +".indexOf(s.charAt(at)) >= 0) at++;
            int next = at + 1;
            while (next < end && " +-".indexOf(s.charAt(next)) < 0) next++;
            if (s.charAt(at) == '-' && s.charAt(at + 1) == ' ') next = end;
            String term = s.substring(at, next).replace(" ", "");
            int star = term.indexOf('*');
            if (Character.isLetter(term.charAt(0)) && star < 0) {
                if (base.isEmpty()) base = term; else index = "1*" + term;
            } else if (star > 0) {
                index = Character.isDigit(term.charAt(0)) ? term : term.charAt(star + 1) + "*" + term.substring(0, star);
            } else {
                displacement = number(term);
            }
            at = next;
        }
        if (index.endsWith("iz")) index = "";
        if (base.endsWith("iz")) base = "";
        String usual = base.endsWith("bp") || base.endsWith("sp") ? "ss:" : "ds:";
        return new Part(size + (segment.equals(usual) ? "" : segment) + "[" + base + "+" + index + "]", displacement);
    }

    private static long number(String s) {
        boolean minus = s.charAt(0) == '-';
        String digits = minus ? s.substring(1) : s;
        long v = digits.startsWith("0x") ? Long.parseUnsignedLong(digits, 2, digits.length(), 16) : Long.parseUnsignedLong(digits);
        return minus ? -v : v;
    }
}
