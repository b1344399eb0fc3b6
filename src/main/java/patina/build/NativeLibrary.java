package patina.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import patina.host.Errno;
import patina.host.HostMemory;
import patina.host.HostThread;
import patina.host.Native;
import patina.host.Signals;
import patina.host.StubData;
import patina.host.Syscall;
import patina.ir.ExitReason;
import patina.ir.StateLayout;

/**
 * Makes libpatina.so, a library and the program that starts the JVM, from one assembly file with the llvm-mc and lld that the LLVM jar carries,
 * so that a build needs no compiler on the host. The constants that the assembly shares with Java are put in front of it as .set lines: they are written once, in Java.
 */
public final class NativeLibrary {
    private NativeLibrary() {}

    private static final String TOOLS = "/org/bytedeco/llvm/" + Loader.getPlatform() + "/";

    /** Arguments: the assembly file, the directory to put libpatina.so in. */
    public static void main(String... args) throws IOException, InterruptedException {
        Path source = Path.of(args[0]), directory = Files.createDirectories(Path.of(args[1]));
        Path assembly = directory.resolve("patina.s"), object = directory.resolve("patina.o"), library = directory.resolve("libpatina.so");
        String text = constants() + Files.readString(source);
        if (Files.exists(library) && Files.exists(assembly) && Files.readString(assembly).equals(text)) return;

        Files.deleteIfExists(library);
        Files.writeString(assembly, text);
        Path home = tools(directory);
        run(home, "llvm-mc", "-triple=x86_64-linux-gnu", "-filetype=obj", "-o", object.toString(), assembly.toString());
        run(home, "ld.lld", "-shared", "--entry=patina_start", "-soname=libpatina.so", "--hash-style=gnu", "--build-id=none", "-znoexecstack", "-znow", "-zseparate-code",
                "--discard-all", "-o", library.toString(), object.toString());
    }

    private static String constants() {
        StringBuilder s = new StringBuilder("# Made by patina.build.NativeLibrary: do not edit.\n");
        Object[] rows = {
            "HOST_SP", StateLayout.HOST_SP, "EXIT_REASON", StateLayout.EXIT_REASON, "PC", StateLayout.PC,
            "EXIT_DETAIL", StateLayout.EXIT_DETAIL, "FAULT_HOST_PC", StateLayout.FAULT_HOST_PC, "FAULT_SIGNAL", StateLayout.FAULT_SIGNAL,
            "FAULT_CODE", StateLayout.FAULT_CODE, "FAULT_ERROR", StateLayout.FAULT_ERROR, "JUMP_CACHE", StateLayout.JUMP_CACHE,
            "JUMP_CACHE_ENTRIES", StateLayout.JUMP_CACHE_ENTRIES, "POLL", StateLayout.POLL,
            "HOST_FP_CONTROL", StateLayout.HOST_FP_CONTROL, "GUEST_FP_CONTROL", StateLayout.GUEST_FP_CONTROL,
            "GUEST_X87_CONTROL", StateLayout.GUEST_X87_CONTROL, "GUEST_X87_STATUS", StateLayout.GUEST_X87_STATUS,
            "REGISTERS", StateLayout.REGISTERS, "VECTORS", StateLayout.VECTORS,
            "CODE_START", StubData.CODE_START, "CODE_END", StubData.CODE_END, "PROCESS", StubData.PROCESS,
            "SIGNAL_STATE", StubData.SIGNAL_STATE, "SIGNAL_THREAD", StubData.SIGNAL_THREAD, "SENT_TO_GUEST", StubData.SENT_TO_GUEST,
            "LOST", StubData.LOST, "QUIET", StubData.QUIET, "RING_HEAD", StubData.RING_HEAD, "RING_TAIL", StubData.RING_TAIL, "RING", StubData.RING,
            "RING_ENTRIES", StubData.RING_ENTRIES, "RING_ENTRY", StubData.RING_ENTRY, "INFO_THREAD", Signals.INFO_THREAD, "SI_TIMER", Signals.SI_TIMER, "GUARDED_COUNT", StubData.GUARDED_COUNT,
            "GUARDED", StubData.GUARDED, "GUARDED_ROW", StubData.GUARDED_ROW, "OLD_HANDLERS", StubData.OLD_HANDLERS, "DATA_SIZE", StubData.SIZE,
            "ALTERNATE_STACK", StubData.ALTERNATE_STACK, "WAKE_SIGNAL", HostThread.WAKE_SIGNAL, "SIGBUS", 7, "SIGSEGV", 11,
            "EINTR", Errno.EINTR.number(), "SYS_tgkill", Syscall.TGKILL, "SYS_gettid", Syscall.GETTID, "SYS_rt_sigreturn", Syscall.RT_SIGRETURN,
            "SYS_write", 1, "SYS_open", 2, "SYS_close", Syscall.CLOSE, "SYS_dup", 32, "SYS_dup2", 33, "SYS_execve", 59, "SYS_exit_group", 231, "SYS_prlimit64", 302,
            "SYS_read", 0, "SYS_poll", 7, "SYS_rt_sigprocmask", 14, "SYS_ioctl", 16, "SYS_clone", 56, "SYS_chdir", 80, "SYS_setsid", 112, "SYS_signalfd4", 289, "SYS_close_range", 436,
            "O_RDWR", 2, "RLIMIT_NOFILE", 7,
            "PENDING_LOCK", StubData.PENDING_LOCK, "PENDING_SNAPSHOT", StubData.PENDING_SNAPSHOT, "PENDING_LEFT", StubData.PENDING_LEFT,
            "PENDING_COUNT", StubData.PENDING_COUNT, "PENDING_THERE", StubData.PENDING_THERE, "PENDING_ROWS", StubData.PENDING_ROWS, "PENDING_ROW", StubData.PENDING_ROW,
            "ROW_START", StubData.ROW_START, "ROW_END", StubData.ROW_END, "ROW_SCRATCH", StubData.ROW_SCRATCH, "ROW_PENDING", StubData.ROW_PENDING,
            "SYS_munmap", Syscall.MUNMAP, "SYS_sched_yield", 24, "SYS_mremap", Syscall.MREMAP, "SYS_madvise", Syscall.MADVISE, "SYS_kill", Syscall.KILL, "SYS_prctl", 157,
            "SYS_process_vm_readv", Syscall.PROCESS_VM_READV, "SYS_pidfd_open", 434,
            "PAGE", (int) HostMemory.PAGE, "SIGKILL", 9, "SIG_BLOCK", 0, "SIG_SETMASK", 2, "EFAULT", Errno.EFAULT.number(), "FAULT_WRITE", 2, "FAULT_FETCH", 16,
            "MADV_POPULATE_READ", 22, "MREMAP_ONTO", 1 | 2 | 4, "CLONE_VM_VFORK", 0x4100, "CLONE_SNAPSHOT", 0x400 | 0x200, "CLOSE_RANGE_UNSHARE", 2, "PR_SET_NAME", 15,
            "POLLIN", 1, "TIOCSCTTY", 0x540e,
        };
        for (int i = 0; i < rows.length; i += 2) set(s, (String) rows[i], (Integer) rows[i + 1]);
        for (ExitReason r : ExitReason.values()) set(s, "EXIT_" + r, r.ordinal());
        for (Native.Stub stub : Native.Stub.values()) set(s, "STUB_" + stub, stub.ordinal());
        return s.append('\n').toString();
    }

    private static void set(StringBuilder s, String name, int value) { s.append("        .set    ").append(name).append(", ").append(value).append('\n'); }

    /** A directory with the tools under the names that they and their shared library expect. */
    private static Path tools(Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("tools"));
        link(home.resolve("libLLVM.so.20.1"), "libLLVM.so");
        link(home.resolve("llvm-mc"), "llvm-mc");
        link(home.resolve("ld.lld"), "lld");
        return home;
    }

    private static void link(Path name, String resource) throws IOException {
        File file = Loader.cacheResource(NativeLibrary.class, TOOLS + resource);
        if (file == null) throw new IOException("the LLVM jar for " + Loader.getPlatform() + " has no " + TOOLS + resource);
        if (!resource.startsWith("lib") && !file.setExecutable(true)) throw new IOException("cannot make " + file + " executable");
        Files.deleteIfExists(name);
        Files.createSymbolicLink(name, file.toPath());
    }

    private static void run(Path home, String tool, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve(tool).toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("LD_LIBRARY_PATH", home.toString());
        int status = builder.start().waitFor();
        if (status != 0) throw new IOException(tool + " failed with status " + status + ": " + String.join(" ", command));
    }
}
