package patina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import patina.cache.CacheDirectory;
import patina.cache.Lookup;
import patina.host.Errno;
import patina.host.Native;
import patina.host.Syscall;
import patina.llvm.LlvmCompiler;
import patina.memory.AddressSpace;

/** What Patina needs of a host, one row each: looked at when asked. Nothing here may fail but by saying so. */
enum HostCheck {
    PROCESSOR("processor", true, HostCheck::processor),
    KERNEL("kernel", true, HostCheck::kernel),
    JDK("jdk", true, HostCheck::jdk),
    NATIVE("native library", true, HostCheck::nativeLibrary),
    LLVM("llvm", true, HostCheck::llvm),
    MEMORY("address space", true, HostCheck::memory),
    DESCRIPTORS("descriptor tables", true, HostCheck::descriptors),
    CACHE("cache", true, HostCheck::cache),
    DISC("cache disc", true, HostCheck::disc),
    QEMU("qemu-user", false, _ -> program("qemu-x86_64", "bench/run compares with it", "qemu-user")),
    GCC("gcc", false, _ -> program("gcc", "tests and bench/run build their C programs with it", "gcc libc6-dev"));

    /** {@code mend}: null where nothing is missing. */
    record Finding(String detail, String mend) {
        static Finding good(String detail) { return new Finding(detail, null); }
    }

    @FunctionalInterface private interface Look { Finding at(Path cache) throws Exception; }

    final String title;
    /** Programs run only with it. */
    final boolean needed;
    private final Look look;

    HostCheck(String title, boolean needed, Look look) {
        this.title = title;
        this.needed = needed;
        this.look = look;
    }

    Finding look(Path cache) {
        try {
            return look.at(cache);
        } catch (Exception | LinkageError e) {
            return new Finding(Failure.text(e), "PATINA_DEBUG=1 patina doctor shows more");
        }
    }

    private static final int LEAST_JDK = 25, LEAST_KERNEL = 5 * 1000 + 9;
    /** Of x86-64-v2 (x86-64 psABI, 3.1.1), which native code is made for, by their names in /proc/cpuinfo; and what is told besides. */
    private static final List<String> NEEDED_FEATURES = List.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"),
            TOLD_FEATURES = List.of("avx", "avx2", "bmi1", "bmi2", "fma", "avx512f", "fsrm");

    private static Finding processor(Path cache) throws IOException {
        String machine = System.getProperty("os.arch");
        if (!machine.equals("amd64")) return new Finding(machine, "Patina runs on x86-64 hosts only, today");
        String model = "unknown";
        Set<String> features = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("model name")) model = value;
            if (!line.startsWith("flags")) continue;
            features.addAll(Arrays.asList(value.split(" ")));
            break;
        }
        List<String> missing = NEEDED_FEATURES.stream().filter(f -> !features.contains(f)).toList();
        if (!missing.isEmpty()) return new Finding(model + " without " + String.join(" ", missing), "native code needs a processor of level x86-64-v2");
        String more = String.join(" ", TOLD_FEATURES.stream().filter(features::contains).toList());
        return Finding.good(model + ", x86-64-v2" + (more.isEmpty() ? "" : " and " + more));
    }

    private static Finding kernel(Path cache) throws IOException {
        String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        String[] numbers = release.split("[^0-9]+");
        boolean enough = numbers.length > 1 && Integer.parseInt(numbers[0]) * 1000 + Integer.parseInt(numbers[1]) >= LEAST_KERNEL;
        return enough ? Finding.good("Linux " + release) : new Finding("Linux " + release, "close_range(2) and faccessat2(2) need Linux 5.9 or newer");
    }

    private static Finding jdk(Path cache) {
        String text = Runtime.version() + " (" + System.getProperty("java.vendor") + "), " + System.getProperty("java.home");
        return Runtime.version().feature() >= LEAST_JDK ? Finding.good(text) : new Finding(text, "install JDK " + LEAST_JDK + " or newer, or set JAVA_HOME to one");
    }

    private static Finding nativeLibrary(Path cache) {
        long pid = Syscall.call(Syscall.GETPID);
        return pid == ProcessHandle.current().pid() ? Finding.good("libpatina.so in " + System.getProperty("patina.native", "the program's folder"))
                : new Finding("libpatina.so does not work", "build again: bin/build");
    }

    private static Finding llvm(Path cache) {
        try {
            return Finding.good("LLVM " + LlvmCompiler.version());
        } catch (LinkageError e) {
            return new Finding(Failure.text(e), "build again: bin/build; programs run without it, but nothing is translated");
        }
    }

    private static Finding memory(Path cache) {
        try (AddressSpace space = new AddressSpace()) {
            return Finding.good(Table.size(space.size()) + " for a guest");
        } catch (RuntimeException e) {
            return new Finding(Failure.text(e), "raise the limit on virtual memory: ulimit -v unlimited; sysctl vm.overcommit_memory=0");
        }
    }

    private static final int UNSHARE = 272, CLONE_FILES = 0x400, CLONE_FS = 0x200;

    /** On a thread of its own, which ends with what it did. */
    private static Finding descriptors(Path cache) throws InterruptedException {
        long[] result = new long[1];
        Thread thread = new Thread(() -> result[0] = Native.syscall(UNSHARE, CLONE_FILES | CLONE_FS, 0, 0, 0, 0, 0));
        thread.start();
        thread.join();
        return result[0] == 0 ? Finding.good("a guest has its own, by unshare(2)")
                : new Finding("unshare(2) is refused: " + Errno.name(result[0]), "the container's seccomp profile forbids it: allow unshare");
    }

    private static Finding cache(Path cache) throws IOException {
        Lookup.Refused problem = new CacheDirectory(cache).check(CacheDirectory.user());
        if (problem == null) return Files.isWritable(cache) ? Finding.good(cache.toString())
                : new Finding(cache + " cannot be written", "chmod u+w " + cache + ", or name another with --cache or PATINA_CACHE");
        if (problem.reason() != Lookup.Reason.ABSENT) return new Finding(problem.message(), "chown and chmod 700 it, or name another with --cache or PATINA_CACHE");
        Path parent = existing(cache);
        return Files.isWritable(parent) ? Finding.good(cache + ", not there yet: the first run makes it")
                : new Finding(cache + " cannot be made in " + parent, "name another with --cache or PATINA_CACHE");
    }

    private static final long LEAST_DISC = 64 << 20;

    private static Finding disc(Path cache) throws IOException {
        long free = Files.getFileStore(existing(cache)).getUsableSpace();
        return free >= LEAST_DISC ? Finding.good(Table.size(free) + " free") : new Finding(Table.size(free) + " free", "make room, or patina cache clear");
    }

    private static Path existing(Path path) {
        Path p = path;
        while (p.getParent() != null && !Files.exists(p)) p = p.getParent();
        return p;
    }

    private static Finding program(String name, String purpose, String packages) {
        for (String folder : System.getenv().getOrDefault("PATH", "/bin:/usr/bin").split(":"))
            if (Files.isExecutable(Path.of(folder, name))) return Finding.good(Path.of(folder, name).toString());
        return new Finding(name + " is not in PATH", purpose + "; on Debian: apt-get install " + packages);
    }
}
