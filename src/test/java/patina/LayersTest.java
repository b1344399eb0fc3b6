package patina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Packages look only downward: every class file's references are held against the order of ARCHITECTURE.md. */
class LayersTest {
    /** Lowest first; those on one line know nothing of each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("ir"),
            List.of("guest"),
            List.of("guest.x86", "image", "host"),
            List.of("memory"),
            List.of("interp"),
            List.of("llvm"),
            List.of("code"),
            List.of("profile"),
            List.of("cache"),
            List.of("linux"),
            List.of("optimize"),
            List.of("engine"),
            List.of("cli"));
    /** Tools of the build: may know all, and nobody knows them. */
    private static final String OUTSIDE = "build";
    /** Pairs of packages that the layers would allow and the design does not: "linux knows no x86, guest.x86 no LLVM, llvm no cache". */
    private static final List<String> FORBIDDEN = List.of("linux -> guest.x86", "memory -> guest.x86", "interp -> guest.x86", "llvm -> guest.x86",
            "code -> guest.x86", "optimize -> guest.x86", "optimize -> llvm", "code -> llvm", "cache -> llvm", "linux -> llvm", "linux -> cache");
    private static final Pattern OURS = Pattern.compile("L?patina/([a-z0-9/]+)/[A-Z]");
    private static final Path CLASSES = Path.of("target/classes/patina");

    @Test void packagesLookOnlyDownward() throws IOException {
        TreeSet<String> upward = new TreeSet<>();
        try (var walk = Files.walk(CLASSES)) {
            for (Path file : walk.filter(p -> p.toString().endsWith(".class")).toList()) {
                String from = CLASSES.relativize(file.getParent()).toString().replace('/', '.');
                if (from.equals(OUTSIDE)) continue;
                for (String to : references(ClassFile.of().parse(file)))
                    if (!to.equals(from) && (layer(to) >= layer(from) || FORBIDDEN.contains(from + " -> " + to))) upward.add(from + " -> " + to + " in " + file.getFileName());
            }
        }
        assertEquals("", String.join("\n", upward), "references upward");
    }

    @Test void everyPackageHasItsPlace() throws IOException {
        try (var walk = Files.walk(CLASSES)) {
            for (Path file : walk.filter(p -> p.toString().endsWith(".class")).toList()) {
                String name = CLASSES.relativize(file.getParent()).toString().replace('/', '.');
                assertTrue(name.equals(OUTSIDE) || layer(name) < LAYERS.size(), name + " is not in ARCHITECTURE.md's order of packages");
            }
        }
    }

    /** Names of our packages, as they stand in class entries and in descriptors and signatures. */
    private static TreeSet<String> references(ClassModel model) {
        TreeSet<String> packages = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            String text = entry instanceof ClassEntry c ? c.asInternalName() : entry instanceof Utf8Entry u && u.stringValue().indexOf("Lpatina/") >= 0 ? u.stringValue() : "";
            for (Matcher m = OURS.matcher(text); m.find(); ) packages.add(m.group(1).replace('/', '.'));
        }
        return packages;
    }

    /** A package that is in no layer is above all. */
    private static int layer(String name) {
        for (int i = 0; i < LAYERS.size(); i++) if (LAYERS.get(i).contains(name)) return i;
        return LAYERS.size();
    }
}
