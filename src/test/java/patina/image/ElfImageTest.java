package patina.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Real files are read right; whatever is done to their headers, the answer is a value. */
class ElfImageTest {
    private static final Path PROGRAM = Path.of("/bin/cat");

    @Test void readsAProgram() throws Exception {
        byte[] file = Files.readAllBytes(PROGRAM);
        ElfImage image = assertInstanceOf(ElfImage.Good.class, ElfImage.parse(Bytes.of(file))).image();
        assertTrue(image.dynamic());
        assertEquals(62, image.machine());
        assertEquals("/lib64/ld-linux-x86-64.so.2", image.interpreter());
        assertEquals(64, image.headers());
        ElfImage.Segment text = image.segments().stream().filter(ElfImage.Segment::executable).findFirst().orElseThrow();
        byte[] code = new byte[16];
        assertEquals(16, image.code(Bytes.of(file)).fetch(image.entry(), code));
        int at = (int) (image.entry() - text.address() + text.offset());
        for (int i = 0; i < 16; i++) assertEquals(file[at + i], code[i]);
        assertEquals(0, image.code(Bytes.of(file)).fetch(image.start(), code), "headers are not executable");
    }

    @Test void refusesOtherFiles() {
        assertInstanceOf(ElfImage.Bad.class, ElfImage.parse(Bytes.of(new byte[0])));
        assertInstanceOf(ElfImage.Bad.class, ElfImage.parse(Bytes.of("#!/bin/sh\n".getBytes())));
        byte[] elf32 = new byte[64];
        elf32[0] = 0x7f; elf32[1] = 'E'; elf32[2] = 'L'; elf32[3] = 'F'; elf32[4] = 1; elf32[5] = 1;
        assertTrue(assertInstanceOf(ElfImage.Bad.class, ElfImage.parse(Bytes.of(elf32))).foreign());
    }

    @Test void neverThrows() throws Exception {
        byte[] file = Files.readAllBytes(PROGRAM);
        Random random = new Random(1);
        int good = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] b = i % 10 == 0 ? java.util.Arrays.copyOf(file, random.nextInt(2000)) : file.clone();
            for (int n = random.nextInt(6); n >= 0 && b.length > 0; n--) {
                int at = random.nextInt(Math.min(b.length, 64 + 14 * ElfImage.HEADER_BYTES));
                b[at] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt(256));
            }
            if (ElfImage.parse(Bytes.of(b)) instanceof ElfImage.Good g) {
                good++;
                ElfImage image = g.image();
                assertTrue(image.start() >= 0 && image.end() > image.start());
                image.code(Bytes.of(b)).fetch(image.entry(), new byte[64]);
            }
        }
        assertTrue(good > 100, "mutations should not all be refused: " + good);
    }

    @Test void interpreterMustBeAString() throws Exception {
        byte[] file = Files.readAllBytes(Path.of("/lib64/ld-linux-x86-64.so.2"));
        assertNull(assertInstanceOf(ElfImage.Good.class, ElfImage.parse(Bytes.of(file))).image().interpreter());
    }
}
