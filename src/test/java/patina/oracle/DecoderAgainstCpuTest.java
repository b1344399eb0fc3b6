package patina.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import patina.guest.x86.LlvmExamples;
import patina.guest.x86.LlvmExamples.Example;

/**
 * Where the decoder and LLVM differ, the processor is right: what is no instruction to us raises #UD there, what is one does not, and is as long. {@code -Dpatina.decoder.every=1} asks it about all 3,900 that differ, in half a minute.
 */
class DecoderAgainstCpuTest {
    @Test void processorAgrees() throws Exception {
        assumeTrue(Files.readString(Path.of("/proc/cpuinfo")).contains("GenuineIntel"), "an Intel processor");
        List<Example> examples = LlvmExamples.examples(Integer.getInteger("patina.decoder.every", 13));
        assertTrue(examples.size() > 1000, examples.size() + " examples");
        List<String> wrong = new ArrayList<>();
        OnThread.run(() -> {
            try (Engines engines = new Engines()) {
                Engine cpu = engines.of("cpu");
                for (Example e : examples) {
                    State before = Lines.defaults(), after = before.copy();
                    Engine.Raised raised = cpu.run(e.code(), after);
                    boolean undefined = raised != null && raised.exception().equals("#UD");
                    boolean elsewhere = raised != null && raised.offset() != 0;
                    if (undefined == e.instruction() || elsewhere || e.nothing() && (raised != null || !after.same(before))) wrong.add(e.what() + ": " + raised);
                }
            }
        });
        assertEquals("", String.join("\n", wrong.subList(0, Math.min(50, wrong.size()))), wrong.size() + " of " + examples.size());
    }
}
