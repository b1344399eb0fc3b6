package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the decoder against LLVM's disassembler: same length, same mnemonic, same operands, same strings refused, but for the differences that
 * {@link LlvmDifference} gives a reason for. Of the tables' encodings (12 million) every 13th is tried, {@code -Dpatina.decoder.every=1} tries all
 * in half a minute; {@code -Dpatina.decoder.strings=N} tries N random strings per mode instead of 150,000, {@code -Dpatina.decoder.seed=S} others.
 */
class DecoderAgainstLlvmTest {
    private static final int COUNT = Integer.getInteger("patina.decoder.strings", 150_000), EVERY = Integer.getInteger("patina.decoder.every", 13);
    private static final long SEED = Long.getLong("patina.decoder.seed", 1);
    private static final int CHUNK = 100_000;
    private static final long PC = 0x401000;

    /** A difference that is listed and not met is one too many in the list. */
    @Test void agrees() {
        Set<LlvmDifference> unmet = EnumSet.allOf(LlvmDifference.class);
        for (Decoder.Mode mode : Decoder.Mode.values()) {
            try (LlvmComparison comparison = new LlvmComparison(mode, (difference, _) -> unmet.remove(difference))) {
                Encodings.each(mode, EVERY, code -> comparison.compare(code, 0));
                strings(comparison);
                assertEquals("", comparison.complaints());
                assertTrue(5 * comparison.instructions > comparison.compared, comparison.instructions + " instructions in " + comparison.compared + " strings");
            }
        }
        assertEquals(Set.of(), unmet);
    }

    private static void strings(LlvmComparison comparison) {
        for (int done = 0; done < COUNT; done += CHUNK) {
            byte[] code = RandomCode.strings(Math.min(CHUNK, COUNT - done), SEED + done);
            for (int at = 0; at < code.length; at += RandomCode.STRING) comparison.compare(code, at);
        }
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
