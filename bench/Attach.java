import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import patina.code.AttachedCode;
import patina.code.CodeImage;
import patina.code.Linker;
import patina.host.CodeArena;
import patina.host.Raw;
import patina.ir.ObjectCode;

/**
 * Opens, attaches and compares a code image made of random bytes in the proportions of real ones. Its file is in the page cache; each run maps it anew,
 * as a new process does, and the processor's caches have been filled with something else. The first line says how large it is; then min and median of each step and of all three together.
 */
public class Attach {
    static final int CODE = 600, GUEST = 120, RANGES = 3, RELOCATIONS = 6, GAP = 40;

    public static void main(String[] args) throws Exception {
        int mib = 20, runs = 31;
        for (int i = 0; i < args.length; i += 2) {
            switch (args[i]) {
                case "--mib" -> mib = Integer.parseInt(args[i + 1]);
                case "--runs" -> runs = Integer.parseInt(args[i + 1]);
                default -> throw new IllegalArgumentException("bench/attach [--mib N] [--runs N]");
            }
        }
        int regions = (int) (((long) mib << 20) / 1010);
        Random random = new Random(1);
        byte[] guest = new byte[regions * (GUEST + GAP)];
        random.nextBytes(guest);
        Path file = Files.createTempFile("patina-attach", ".so");
        try {
            Files.write(file, Linker.link(codes(regions, random), (pc, into) -> {
                System.arraycopy(guest, (int) pc, into, 0, into.length);
                return into.length;
            }, new byte[32], new TreeMap<>()));
            System.out.printf("%d regions, %.1f MB%n", regions, Files.size(file) / 1e6);
            long memory = Raw.allocate(guest.length);
            Raw.copy(guest, 0, memory, guest.length);
            measure(file, memory, runs);
        } finally {
            Files.delete(file);
        }
    }

    static List<ObjectCode> codes(int regions, Random random) {
        List<ObjectCode> codes = new ArrayList<>();
        for (int i = 0; i < regions; i++) {
            byte[] code = new byte[CODE];
            random.nextBytes(code);
            long entry = (long) i * (GUEST + GAP);
            List<ObjectCode.Range> ranges = new ArrayList<>();
            for (int r = 0; r < RANGES; r++) ranges.add(new ObjectCode.Range(entry + r * GUEST / RANGES, GUEST / RANGES));
            List<ObjectCode.Relocation> relocations = new ArrayList<>();
            for (int r = 0; r < RELOCATIONS; r++)
                relocations.add(new ObjectCode.Relocation(8 * r, ObjectCode.Target.REGION, (long) random.nextInt(regions) * (GUEST + GAP), -4));
            codes.add(new ObjectCode(entry, GUEST / 4, code, relocations, ranges));
        }
        return codes;
    }

    /** Larger than any processor's cache. */
    static final long[] OTHER = new long[32 << 20];

    static void measure(Path file, long memory, int runs) throws Exception {
        String[] names = {"open", "attach", "compare", "all"};
        double[][] times = new double[names.length][runs];
        for (int run = -1; run < runs; run++) {
            Arrays.fill(OTHER, run);
            long a = System.nanoTime();
            CodeImage image = CodeImage.open(file);
            long b = System.nanoTime();
            AttachedCode code = AttachedCode.attach(image, 0, CodeArena.get());
            long c = System.nanoTime();
            if (code.firstDifference((address, length) -> memory + address) != -1) throw new AssertionError("differs");
            long d = System.nanoTime();
            if (run >= 0) {
                double[] ms = {(b - a) / 1e6, (c - b) / 1e6, (d - c) / 1e6, (d - a) / 1e6};
                for (int i = 0; i < ms.length; i++) times[i][run] = ms[i];
            }
            code.detach();
            image.close();
        }
        for (int i = 0; i < names.length; i++) {
            Arrays.sort(times[i]);
            System.out.printf("%-8s min %6.2f  median %6.2f%n", names[i], times[i][0], times[i][runs / 2]);
        }
    }
}
