package patina.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import patina.guest.x86.X86Guest;

/** Whatever bytes are run: they come to an end, or to a fault of the guest; never to an exception of ours. */
class RandomBytesTest {
    private static final int MOST = 15;
    /** What often begins an instruction; without them most strings end at once. */
    private static final int[] BEGINNINGS = {0x66, 0xf2, 0xf3, 0x67, 0x64, 0xf0, 0x48, 0x49, 0x4c, 0x41, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf};

    @ParameterizedTest @CsvSource({"step, 100000", "interp, 50000", "template, 5000", "llvm, 100", "llvm0, 100"})
    void onlyFaultsOfTheGuest(String name, int count) throws Exception {
        List<String> escaped = new ArrayList<>();
        OnThread.run(() -> {
            try (Engines engines = new Engines()) {
                Engine engine = engines.of(name), first = engines.of("interp");
                boolean ends = name.equals("step") || name.equals("interp");
                Random random = new Random(count);
                Values values = new Values(random);
                for (int i = 0; i < count && escaped.size() < 10; i++) {
                    byte[] code = code(random);
                    State state = state(random, values), again = state.copy();
                    try {
                        new X86Guest().disassemble((pc, into) -> { System.arraycopy(code, 0, into, 0, code.length); return code.length; }, 0);
                        if (!ends) {
                            Engine.Raised raised = first.run(code, again);
                            if (raised != null && (raised.exception().equals("endless") || raised.exception().equals("code changed"))) continue;
                        }
                        engine.run(code, state);
                    } catch (RuntimeException e) {
                        escaped.add(HexFormat.of().formatHex(code) + ": " + e + " at " + e.getStackTrace()[0]);
                    }
                }
            }
        });
        assertEquals(List.of(), escaped);
    }

    private static byte[] code(Random random) {
        byte[] code = new byte[1 + random.nextInt(MOST)];
        random.nextBytes(code);
        for (int i = 0; i < code.length && random.nextInt(3) != 0; i++) code[i] = (byte) BEGINNINGS[random.nextInt(BEGINNINGS.length)];
        return code;
    }

    /** Half of the registers point to memory; others are small, so that native code, which has no limit check, stays near the guest's. */
    private static State state(Random random, Values values) {
        State s = values.state(random.nextBoolean());
        for (int i = 0; i < 16; i++) s.words[i] = random.nextBoolean() ? Layout.DATA_MIDDLE + 16 * random.nextInt(8) : random.nextInt(1 << 20);
        if (random.nextInt(8) == 0) s.words[State.FCW] &= ~random.nextInt(64);
        return s;
    }
}
