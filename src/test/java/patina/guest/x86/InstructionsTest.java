package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@link Instructions} leaves nothing out: no encoding decodes to a mnemonic with operands that it has no variant of. */
class InstructionsTest {
    @Test void everyShapeIsThere() {
        Set<String> variants = Instructions.all().stream().map(v -> v.mnemonic() + " " + v.shape()).collect(Collectors.toSet());
        TreeSet<String> missing = new TreeSet<>();
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        Encodings.each(Decoder.Mode.BITS_64, 13, code -> {
            if (decoder.decode(code, 0, code.length, 0) instanceof Insn insn && !variants.contains(insn.mnemonic() + " " + Instructions.shape(insn)))
                missing.add(insn.mnemonic() + " " + Instructions.shape(insn));
        });
        assertEquals(Set.of(), missing);
    }
}
