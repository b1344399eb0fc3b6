package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the decoder against LLVM's disassembler: same length, same mnemonic, same strings refused, but for the differences that
 * {@link LlvmDifferences} gives a reason for. {@code -Dpatina.decoder.strings=N} tries N strings per mode instead of 150,000,
 * {@code -Dpatina.decoder.seed=S} others.
 */
class DecoderAgainstLlvmTest {
    private static final int COUNT = Integer.getInteger("patina.decoder.strings", 150_000);
    private static final long SEED = Long.getLong("patina.decoder.seed", 1);
    private static final int CHUNK = 100_000, SHOWN = 40, LONGEST = 15;
    private static final long PC = 0x401000;

    @ParameterizedTest @EnumSource(Decoder.Mode.class) void agreesOnRandomStrings(Decoder.Mode mode) {
        Map<String, String> complaints = new LinkedHashMap<>();
        Decoder decoder = new Decoder(mode);
        try (Reference llvm = new Reference(mode)) {
            for (int done = 0; done < COUNT && complaints.size() < SHOWN; done += CHUNK) {
                byte[] code = RandomCode.strings(Math.min(CHUNK, COUNT - done), SEED + done);
                llvm.bytes(code);
                for (int at = 0; at < code.length && complaints.size() < SHOWN; at += RandomCode.STRING) {
                    compare(decoder, llvm, mode, code, at, complaints);
                }
            }
        }
        assertEquals("", String.join("\n", complaints.values()));
    }

    private static void compare(Decoder decoder, Reference llvm, Decoder.Mode mode, byte[] code, int at, Map<String, String> complaints) {
        Decoded ours = decoder.decode(code, at, RandomCode.STRING, PC);
        int length = llvm.decode(at, LONGEST, PC);
        String theirName = LlvmDifferences.name(llvm.text());
        boolean same = ours instanceof Insn insn
                ? insn.length() == length && LlvmDifferences.sameName(Text.name(insn), theirName)
                : length == 0;
        if (same || LlvmDifferences.explained(mode, code, at, ours, length, theirName)) return;
        String subject = ours instanceof Insn insn ? Text.name(insn) : "";
        complaints.putIfAbsent(subject + "/" + theirName, mode + " " + HexFormat.of().formatHex(code, at, at + RandomCode.STRING)
                + " ours: " + (ours instanceof Insn insn ? insn.length() + " " + Text.toText(insn) : ours)
                + " LLVM: " + length + " " + llvm.text().strip());
    }

    /** A beginning of an instruction is neither an instruction nor invalid. */
    @ParameterizedTest @EnumSource(Decoder.Mode.class) void beginningsAreTruncated(Decoder.Mode mode) {
        Decoder decoder = new Decoder(mode);
        byte[] code = RandomCode.strings(20_000, SEED);
        for (int at = 0; at < code.length; at += RandomCode.STRING) {
            if (!(decoder.decode(code, at, RandomCode.STRING, PC) instanceof Insn insn)) continue;
            for (int available = 0; available < insn.length(); available++) {
                assertEquals(new Decoded.Truncated(PC, available), decoder.decode(code, at, available, PC));
            }
        }
    }

    @Test void everyMnemonicIsReachable() {
        Set<Mnemonic> missing = EnumSet.allOf(Mnemonic.class);
        byte[][] prefixes = {{}, {0x66}, {(byte) 0xF3}, {(byte) 0xF2}, {0x67}, {0x48}, {0x66, 0x48}}, maps = {{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}};
        byte[] code = new byte[RandomCode.STRING];
        for (Decoder.Mode mode : Decoder.Mode.values()) {
            Decoder decoder = new Decoder(mode);
            for (byte[] prefix : prefixes) {
                for (byte[] map : maps) {
                    int at = prefix.length + map.length;
                    System.arraycopy(prefix, 0, code, 0, prefix.length);
                    System.arraycopy(map, 0, code, prefix.length, map.length);
                    for (int opcodeAndModrm = 0; opcodeAndModrm < 0x10000; opcodeAndModrm++) {
                        code[at] = (byte) (opcodeAndModrm >> 8);
                        code[at + 1] = (byte) opcodeAndModrm;
                        if (decoder.decode(code, 0, code.length, PC) instanceof Insn insn) missing.remove(insn.mnemonic());
                    }
                }
            }
        }
        assertEquals(Set.of(), missing);
    }
}
