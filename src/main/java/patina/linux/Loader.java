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

    private final Process process;
    private final Guest guest;
    private final LaunchSpec spec;
    private final Scratch scratch = new Scratch();

    /** For {@code process}, which has another program meanwhile or none yet. */
    Loader(Process process, LaunchSpec spec) {
        this.process = process;
        this.guest = process.guest();
        this.spec = spec;
    }

    /** Changes to the spec's directory first. */
    Program load() throws Unusable {
        try {
            return start();
        } finally {
            scratch.free();
        }
    }

    private Program start() throws Unusable {
        if (spec.directory() != null) {
            long result = Kernel.call(SyscallName.CHDIR, scratch.string(spec.directory()));
            if (Errno.is(result)) throw new Unusable(spec.directory(), "cannot change to it: " + Errno.name(result), Errno.EACCES.result());
        }
        AddressSpace memory = new AddressSpace();
        Program program = new Program(memory, spec);
        boolean loaded = false;
        try (OpenFile file = program(program, spec.path(), 0)) {
            program.hostExecutable = file.hostPath;
            program.executable = process.paths.guest(file.hostPath);
            load(program, file);
            loaded = true;
        } finally {
            if (!loaded) memory.close();
        }
        Identity.setName(scratch, shortName(spec.path()));
        return program;
    }

    private static final long AT_FDCWD = -100;

    private static String shortName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.substring(0, Math.min(15, name.length()));
    }

    /** The ELF file to run: the path's own, or the one that its #! line leads to; arguments are put in front on the way. */
    private OpenFile program(Program program, String path, int depth) throws Unusable {
        OpenFile file = OpenFile.executable(path, process.paths.host(path, AT_FDCWD, true), scratch);
        byte[] head = new byte[SCRIPT_LINE];
        int length = file.read(0, head, 0, SCRIPT_LINE);
        if (length < 2 || head[0] != '#' || head[1] != '!') return file;
        file.close();
        if (depth == MAX_SCRIPTS) throw new Unusable(path, "too many levels of #! interpreters", Errno.ELOOP.result());
        String[] line = scriptLine(new String(head, 2, length - 2, StandardCharsets.ISO_8859_1), length == SCRIPT_LINE);
        if (line == null) throw new Unusable(path, "its #! line names no interpreter or is too long", Errno.ENOEXEC.result());
        List<String> arguments = new ArrayList<>(List.of(line));
        arguments.add(path);
        arguments.addAll(program.arguments.subList(1, program.arguments.size()));
        program.arguments = arguments;
        try {
            return program(program, line[0], depth + 1);
        } catch (Unusable e) {
            throw new Unusable(path, "interpreter " + e.error.message(), e.error.result());
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

    private void load(Program program, OpenFile file) throws Unusable {
        ElfImage image = parse(program.executable, file);
        AddressSpace memory = program.memory;
        long stackTop = memory.size() - PAGE, stackBottom = stackTop - process.limits.stackBytes(), bias = 0;
        if (image.dynamic()) bias = memory.size() / 3 * 2 - image.start() & -alignment(image);
        else if (image.start() < LOWEST) throw new Unusable(program.executable, "load address below 64 KiB", Errno.ENOEXEC.result());
        if (image.end() + bias > stackBottom) throw new Unusable(program.executable, "does not fit into the address space", Errno.ENOMEM.result());
        int stackProtection = Protection.READ | Protection.WRITE | (image.executableStack() ? Protection.EXECUTE : 0);
        check(program.executable, memory.mmap(stackBottom, stackTop - stackBottom, stackProtection,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0, "[stack]"));
        program.stackBottom = stackBottom;
        map(program.executable, file, image, bias, memory);
        long entry = image.entry() + bias, interpreterBase = 0, pc = entry;
        if (image.interpreter() != null) {
            try (OpenFile loader = interpreter(program, image.interpreter())) {
                ElfImage i = parse(image.interpreter(), loader);
                interpreterBase = place(image.interpreter(), i, memory);
                map(image.interpreter(), loader, i, interpreterBase, memory);
                pc = i.entry() + interpreterBase;
            }
        }
        memory.setBreak(image.end() + bias);
        InitialStack stack = new InitialStack(process, program, image.headers() == 0 ? 0 : image.headers() + bias, image.headerCount(), entry, interpreterBase);
        long sp = stack.write(stackTop);
        if (sp == 0) throw new Unusable(program.executable, "argument list too long", Errno.E2BIG.result());
        CpuState cpu = new CpuState(Kernel.allocate(StateLayout.SIZE), memory);
        guest.initialize(cpu);
        cpu.setPc(pc);
        cpu.setLong(guest.syscalls().stackPointer(), sp);
        program.cpu = cpu;
    }

    private OpenFile interpreter(Program program, String path) throws Unusable {
        try {
            return OpenFile.executable(path, process.paths.host(path, AT_FDCWD, true), scratch);
        } catch (Unusable e) {
            String hint = spec.sysroot() == null ? " (--sysroot names the folder of the guest's system)" : "";
            throw new Unusable(program.executable, "its dynamic loader " + e.error.message() + hint, e.error.result());
        }
    }

    private ElfImage parse(String path, OpenFile file) throws Unusable {
        ElfImage.Parsed parsed = ElfImage.parse(file);
        if (parsed instanceof ElfImage.Bad b) throw new Unusable(path, b.reason(), Errno.ENOEXEC.result());
        ElfImage image = ((ElfImage.Good) parsed).image();
        if (image.machine() != guest.syscalls().elfMachine())
            throw new Unusable(path, "is for another machine (ELF machine " + image.machine() + "), not " + guest.name(), Errno.ENOEXEC.result());
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
        if (host == 0) throw new Unusable(path, "its bss cannot be cleared", Errno.EFAULT.result());
        Raw.fill(host, length, (byte) 0);
    }

    private static void check(String path, long result) throws Unusable {
        if (Errno.is(result)) throw new Unusable(path, "cannot be mapped: " + Errno.name(result), result);
    }
}
