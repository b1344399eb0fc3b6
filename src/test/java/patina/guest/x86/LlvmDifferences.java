package patina.guest.x86;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where LLVM's disassembler and {@link Decoder} differ, and why. Each reason about what processors do was confirmed on an Intel processor. */
final class LlvmDifferences {
    private LlvmDifferences() {}

    /** What LLVM prints as words before the mnemonic. */
    private static final Set<String> PREFIX_WORDS = words("rep repe repne data16 addr32 addr16 notrack cs ds es ss fs gs rex64");

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
            Map.entry("rdsspd", "nop"), Map.entry("rdsspq", "nop"), Map.entry("prefetchwt1", "prefetch"),
            // With an address size prefix; LLVM writes the prefix as a word of its own.
            Map.entry("addr32 jrcxz", "jecxz"), Map.entry("addr16 jecxz", "jcxz"));

    /** CMPPS and its kin with the predicate in the name. */
    private static final Pattern COMPARE = Pattern.compile("cmp(?:eq|lt|le|unord|neq|nlt|nle|ord)([sp][sd])");

    /** Extensions that we do not have yet or never will: beyond SSE4.2, of other makers, or of virtual machines and system management. */
    private static final Set<String> NOT_OURS = words("""
            aadd aand aor axor adcx adox aesdec aesdec128kl aesdec256kl aesdeclast aesdecwide128kl aesdecwide256kl aesenc aesenc128kl
            aesenc256kl aesenclast aesencwide128kl aesencwide256kl aesimc aeskeygenassist clac stac clflushopt clwb clzero clgi stgi
            clrssbsy clui stui testui senduipi uiret encls enclu enclv encodekey128 encodekey256 enqcmd enqcmds extrq femms insertq movntss
            movntsd getsec gf2p8affineinvqb gf2p8affineqb gf2p8mulb hreset incsspd incsspq invept invlpga invlpgb invpcid invvpid lkgs
            loadiwkey monitorx mwaitx montmul movdir64b movdiri movrs pbndkb pclmulqdq pconfig psmash pvalidate rmpadjust rmpupdate
            rmpquery ptwrite rdfsbase rdgsbase wrfsbase wrgsbase rdpid rdpkru wrpkru rdpru rdrand rdseed rstorssp saveprevssp
            setssbsy seamcall seamops seamret tdcall serialize sha1msg1 sha1msg2 sha1nexte sha1rnds4 sha256msg1 sha256msg2
            sha256rnds2 skinit tlbsync tpause umonitor umwait urdmsr uwrmsr vmcall vmclear vmfunc vmgexit vmlaunch vmload vmmcall
            vmptrld vmptrst vmread vmresume vmrun vmsave vmwrite vmxoff vmxon wrmsrns rdmsrlist wrmsrlist wrssd wrssq wrussd wrussq
            xabort xbegin xend xtest xresldtrk xsusldtrk xcryptcbc xcryptcfb xcryptctr xcryptecb xcryptofb xsha1 xsha256 xstorerng
            xstore eretu erets""");

    private static Set<String> words(String words) { return Set.of(words.strip().split("\\s+")); }

    /** The mnemonic in a line of LLVM's. */
    static String name(String text) {
        String[] words = text.strip().split("\\s+");
        int i = 0;
        while (i < words.length - 1 && PREFIX_WORDS.contains(words[i])) i++;
        String withPrefixes = Arrays.stream(words, 0, i + 1).filter(word -> !word.startsWith("rep")).collect(Collectors.joining(" "));
        return NAMES.containsKey(withPrefixes) ? withPrefixes : words[i];
    }

    static boolean sameName(String ours, String theirs) {
        String name = NAMES.getOrDefault(theirs, theirs);
        return name.equals(ours.replace(" far", "")) || COMPARE.matcher(name).replaceAll("cmp$1").equals(ours);
    }

    static boolean explained(Decoder.Mode mode, byte[] code, int at, Decoded ours, int theirLength, String theirName) {
        Start start = Start.of(mode, code, at);
        boolean mode64 = mode == Decoder.Mode.BITS_64;
        // LLVM hands out a LOCK, or the hints made of F2 and F3, as instructions of their own.
        if (start.lock || theirName.equals("xacquire") || theirName.equals("xrelease")) return true;
        // To LLVM the mandatory prefix is one that stands right before the opcode, and it may take 67 and REX.W for 66. For the
        // processor neither the place nor another prefix counts.
        if (start.mandatory && start.legacy > 1 || start.address67 && start.prefixes > 1) return true;
        return ours instanceof Insn insn ? theirLength == 0 ? isOursAlone(start, insn) : isReadOtherwise(mode64, start, insn, theirName)
                : isTheirsAlone(mode, start, code, at, theirLength, theirName);
    }

    /** What processors do and LLVM does not know. */
    private static boolean isOursAlone(Start start, Insn insn) {
        return switch (insn.mnemonic()) {
            case NOP -> start.two >= 0x0D && start.two <= 0x1E;                      // reserved no-operations (SDM vol. 2, table A-3)
            case INT1 -> true;                                                       // F1: SDM vol. 2, INT n/INTO/INT3/INT1; LLVM has no prefixes before it
            case MOV -> start.two >= 0x20 && start.two <= 0x23;                      // ModRM.mod is ignored
            case PREFETCH, PREFETCHW -> true;                                        // 0F 0D: all digits are hints
            case SHL, TEST -> true;                                                  // C0/6 … and F6/1, F7/1 are /4 and /0 once more
            case UD0 -> true;                                                        // has a ModRM byte
            case WBINVD -> true;                                                     // 66 is ignored
            case FCOM, FCOMP, FXCH, FSTP, FSTPNCE, FNOP -> start.one >= 0xD9;                 // see X87Rows
            default -> false;
        };
    }

    private static boolean isReadOtherwise(boolean mode64, Start start, Insn insn, String theirName) {
        return switch (insn.mnemonic()) {
            // 66 before a near branch: LLVM reads a 16-bit offset as AMD's processors do. Intel's ignore it in 64-bit mode.
            case JCC, JMP, CALL -> mode64 && start.size66;
            // REX does not make F3 90 an XCHG, not even with B.
            case PAUSE -> theirName.equals("xchg");
            default -> false;
        };
    }

    private static boolean isTheirsAlone(Decoder.Mode mode, Start start, byte[] code, int at, int theirLength, String theirName) {
        boolean mode64 = mode == Decoder.Mode.BITS_64;
        if (NOT_OURS.contains(theirName)) return true;
        // VEX, EVEX, XOP, REX2, 3DNow!
        if (start.one == 0xC4 || start.one == 0xC5 || start.one == 0x62 || start.one == 0x8F || mode64 && start.one == 0xD5) return true;
        if (start.two == 0x0F) return true;
        // Of 64-bit mode, but for the first two on AMD's processors.
        if (theirName.equals("syscall") || theirName.startsWith("sysret") || theirName.equals("swapgs")) return !mode64;
        // MOV to CS is #UD.
        if (start.one == 0x8E) return true;
        // Control registers that no processor has.
        if (start.two >= 0x20 && start.two <= 0x23) return true;
        // LLVM does not mind a mandatory prefix that an instruction does not have; the processor does.
        return start.mandatory && new Decoder(mode).decode(start.withoutMandatory(code, at), 0, RandomCode.STRING, 0) instanceof Insn insn
                && sameName(Text.name(insn), theirName);
    }

    /** What an instruction begins with. {@code one} is the opcode of the one-byte map or -1, {@code two} that after 0F or -1. */
    private record Start(boolean lock, boolean size66, boolean address67, boolean mandatory, int prefixes, int legacy, int one, int two) {

        static Start of(Decoder.Mode mode, byte[] code, int at) {
            boolean lock = false, size66 = false, address67 = false, repeat = false;
            int i = at, legacy = 0;
            for (; i < at + RandomCode.STRING - 2 && isPrefix(mode, code[i] & 0xFF); i++) {
                if ((code[i] & 0xF0) != 0x40) legacy++;
                lock |= (code[i] & 0xFF) == 0xF0;
                size66 |= code[i] == 0x66;
                address67 |= code[i] == 0x67;
                repeat |= (code[i] & 0xFE) == 0xF2;
            }
            int opcode = code[i] & 0xFF;
            return new Start(lock, size66, address67, size66 | repeat, i - at, legacy,
                    opcode == 0x0F ? -1 : opcode, opcode == 0x0F ? code[i + 1] & 0xFF : -1);
        }

        static boolean isPrefix(Decoder.Mode mode, int code) {
            return switch (code) {
                case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3 -> true;
                default -> mode == Decoder.Mode.BITS_64 && (code & 0xF0) == 0x40;
            };
        }

        /** The string with its mandatory prefixes replaced by one that never matters. */
        byte[] withoutMandatory(byte[] code, int at) {
            byte[] without = Arrays.copyOfRange(code, at, at + RandomCode.STRING);
            for (int i = 0; i < prefixes; i++) if (without[i] == 0x66 || (without[i] & 0xFE) == 0xF2) without[i] = 0x2E;
            return without;
        }
    }
}
