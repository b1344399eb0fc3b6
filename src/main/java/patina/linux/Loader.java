package patina.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import patina.guest.Guest;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.image.ElfImage;
import patina.image.ElfImage.Segment;
import patina.ir.StateLayout;
import patina.linux.OpenFile.Unusable;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.Protection;

/**
 * execve(2) into an empty address space (fs/exec.c, fs/binfmt_elf.c, fs/binfmt_script.c), without randomisation: position-independent programs at
 * two thirds of the address space, the stack at its end, everything else top-down below the stack.
 */
final class Loader {
    private static final long PAGE = AddressSpace.PAGE;
    /** vm.mmap_min_addr. */
    private static final long LOWEST = 65536;
    private static final int MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_NORESERVE = 0x4000;
    /** Interpreters of interpreters that the kernel follows, and the length of a #! line (BINPRM_BUF_SIZE). */
    private static final int MAX_SCRIPTS = 5, SCRIPT_LINE = 256;

    private final Guest guest;
    private final LaunchSpec spec;
    private final Scratch scratch = new Scratch();

    Loader(Guest guest, LaunchSpec spec) {
        this.guest = guest;
        this.spec = spec;
    }

    Loaded load() {
        try {
            return start();
        } catch (Unusable e) {
            return e.error;
        } finally {
            scratch.free();
        }
    }

    private Process start() throws Unusable {
        if (spec.directory() != null) {
            long result = Kernel.call(SyscallName.CHDIR, scratch.string(spec.directory()));
            if (Errno.is(result)) throw new Unusable(spec.directory(), "cannot change to it: " + Errno.name(result), LoadError.NOT_EXECUTABLE);
        }
        AddressSpace memory = new AddressSpace();
        Process process = new Process(guest, memory, spec);
        process.arguments = spec.arguments().isEmpty() ? List.of("") : spec.arguments();   // since Linux 5.18
        Identity.setName(scratch, shortName(spec.path()));
        boolean loaded = false;
        try (OpenFile file = program(process, spec.path(), 0)) {
            process.hostExecutable = file.hostPath;
            process.executable = process.paths.guest(file.hostPath);
            load(process, file);
            loaded = true;
        } finally {
            if (!loaded) {
                process.release();
                memory.close();
            }
        }
        return process;
    }

    private static final long AT_FDCWD = -100;

    private static String shortName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.substring(0, Math.min(15, name.length()));
    }

    /** The ELF file to run: the path's own, or the one that its #! line leads to; arguments are put in front on the way. */
    private OpenFile program(Process process, String path, int depth) throws Unusable {
        OpenFile file = OpenFile.executable(path, process.paths.host(path, AT_FDCWD, true), scratch);
        byte[] head = new byte[SCRIPT_LINE];
        int length = file.read(0, head, 0, SCRIPT_LINE);
        if (length < 2 || head[0] != '#' || head[1] != '!') return file;
        file.close();
        if (depth == MAX_SCRIPTS) throw new Unusable(path, "too many levels of #! interpreters", LoadError.NOT_EXECUTABLE);
        String[] line = scriptLine(new String(head, 2, length - 2, StandardCharsets.ISO_8859_1), length == SCRIPT_LINE);
        if (line == null) throw new Unusable(path, "its #! line names no interpreter or is too long", LoadError.NOT_EXECUTABLE);
        List<String> arguments = new ArrayList<>(List.of(line));
        arguments.add(path);
        arguments.addAll(process.arguments.subList(1, process.arguments.size()));
        process.arguments = arguments;
        try {
            return program(process, line[0], depth + 1);
        } catch (Unusable e) {
            throw new Unusable(path, "interpreter " + e.error.message(), e.error.status());
        }
    }

    /** Interpreter and at most one argument, blanks inside it kept; null: none. {@code cut}: the file goes on behind the text. */
    static String[] scriptLine(String text, boolean cut) {
        int end = text.indexOf('\n');
        String line = (end < 0 ? text : text.substring(0, end)).replaceAll("\0.*", "").replaceAll("^[ \t]+|[ \t]+$", "");
        String[] words = line.split("[ \t]+", 2);
        if (words[0].isEmpty() || end < 0 && cut && words.length == 1) return null;
        return words;
    }

    private void load(Process process, OpenFile file) throws Unusable {
        ElfImage image = parse(process.executable, file);
        AddressSpace memory = process.memory();
        long stackTop = memory.size() - PAGE, stackBottom = stackTop - process.limits.stackBytes(), bias = 0;
        if (image.dynamic()) bias = memory.size() / 3 * 2 - image.start() & -alignment(image);
        else if (image.start() < LOWEST) throw new Unusable(process.executable, "load address below 64 KiB", LoadError.NOT_EXECUTABLE);
        if (image.end() + bias > stackBottom) throw new Unusable(process.executable, "does not fit into the address space", LoadError.NOT_EXECUTABLE);
        int stackProtection = Protection.READ | Protection.WRITE | (image.executableStack() ? Protection.EXECUTE : 0);
        check(process.executable, memory.mmap(stackBottom, stackTop - stackBottom, stackProtection,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0, "[stack]"));
        process.stackBottom = stackBottom;
        map(process.executable, file, image, bias, memory);
        long entry = image.entry() + bias, interpreterBase = 0, pc = entry;
        if (image.interpreter() != null) {
            try (OpenFile loader = interpreter(process, image.interpreter())) {
                ElfImage i = parse(image.interpreter(), loader);
                interpreterBase = place(image.interpreter(), i, memory);
                map(image.interpreter(), loader, i, interpreterBase, memory);
                pc = i.entry() + interpreterBase;
            }
        }
        memory.setBreak(image.end() + bias);
        InitialStack stack = new InitialStack(process, image.headers() == 0 ? 0 : image.headers() + bias, image.headerCount(), entry, interpreterBase);
        long sp = stack.write(stackTop);
        if (sp == 0) throw new Unusable(process.executable, "argument list too long", LoadError.NOT_EXECUTABLE);
        CpuState cpu = new CpuState(Kernel.allocate(StateLayout.SIZE), memory);
        guest.initialize(cpu);
        cpu.setPc(pc);
        cpu.setLong(guest.syscalls().stackPointer(), sp);
        process.addTask(new Task(process, cpu, process.pid()));
    }

    private OpenFile interpreter(Process process, String path) throws Unusable {
        try {
            return OpenFile.executable(path, process.paths.host(path, AT_FDCWD, true), scratch);
        } catch (Unusable e) {
            String hint = process.spec.sysroot() == null ? " (--sysroot names the folder of the guest's system)" : "";
            throw new Unusable(process.executable, "its dynamic loader " + e.error.message() + hint, e.error.status());
        }
    }

    private ElfImage parse(String path, OpenFile file) throws Unusable {
        ElfImage.Parsed parsed = ElfImage.parse(file);
        if (parsed instanceof ElfImage.Bad b) throw new Unusable(path, b.reason(), LoadError.NOT_EXECUTABLE);
        ElfImage image = ((ElfImage.Good) parsed).image();
        if (image.machine() != guest.syscalls().elfMachine())
            throw new Unusable(path, "is for another machine (ELF machine " + image.machine() + "), not " + guest.name(), LoadError.NOT_EXECUTABLE);
        return image;
    }

    private static long alignment(ElfImage image) {
        long alignment = PAGE;
        for (Segment s : image.segments()) if (Long.bitCount(s.alignment()) == 1 && s.alignment() <= 1L << 30) alignment = Math.max(alignment, s.alignment());
        return alignment;
    }

    /** A free place for the whole of a position-independent image; its bias. */
    private static long place(String path, ElfImage image, AddressSpace memory) throws Unusable {
        if (!image.dynamic()) return 0;
        long size = image.end() - image.start(), alignment = alignment(image);
        long at = memory.mmap(0, size + alignment - PAGE, Protection.NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        check(path, at);
        memory.munmap(at, size + alignment - PAGE);
        return (at + alignment - 1 & -alignment) - image.start();
    }

    private static void map(String path, OpenFile file, ElfImage image, long bias, AddressSpace memory) throws Unusable {
        for (Segment s : image.segments()) {
            long start = s.address() + bias, inPage = start & PAGE - 1, fileEnd = start + s.fileSize(), end = s.end() + bias;
            int protection = (s.flags() & Segment.READ) != 0 ? Protection.READ : 0;
            if (s.writable()) protection |= Protection.WRITE;
            if (s.executable()) protection |= Protection.EXECUTE;
            long mapped = start - inPage;
            if (s.fileSize() > 0) {
                check(path, memory.mmap(mapped, s.fileSize() + inPage, protection, MAP_PRIVATE | MAP_FIXED, file.fd, s.offset() - inPage));
                mapped = fileEnd + PAGE - 1 & -PAGE;
                if (s.writable() && end > fileEnd && mapped > fileEnd) clear(path, memory, fileEnd, mapped - fileEnd);
            }
            if (end > mapped) check(path, memory.mmap(mapped, end - mapped, protection, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0));
        }
    }

    /** The rest of the last page with file contents belongs to bss. */
    private static void clear(String path, AddressSpace memory, long start, long length) throws Unusable {
        long host = memory.hostAddress(start, length, Protection.WRITE);
        if (host == 0) throw new Unusable(path, "its bss cannot be cleared", LoadError.NOT_EXECUTABLE);
        Raw.fill(host, length, (byte) 0);
    }

    private static void check(String path, long result) throws Unusable {
        if (Errno.is(result)) throw new Unusable(path, "cannot be mapped: " + Errno.name(result), LoadError.NOT_EXECUTABLE);
    }
}
