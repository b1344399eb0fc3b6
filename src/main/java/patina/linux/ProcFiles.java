package patina.linux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.Mapping;

/** The files of /proc/self, and of other guests, whose true contents would tell of the JVM: made anew at each open, as a memfd. */
final class ProcFiles {
    private ProcFiles() {}

    private static final long MFD_CLOEXEC = 1, O_CLOEXEC = 0x80000;

    /** A file of another guest process: /proc/PID/{@code name}. */
    record Other(Process process, String name) {}

    /** What {@code path} means of another guest that has not ended, or null. */
    static Other other(Task task, String path) { return other(task.process().tree, path); }

    static Other other(ProcessTree tree, String path) {
        int slash = path.startsWith(PROC) ? path.indexOf('/', PROC.length()) : -1;
        if (slash < 0 || slash > PROC.length() + 9 || !path.substring(PROC.length(), slash).matches("[0-9]+")) return null;
        Process process = tree.process(Integer.parseInt(path.substring(PROC.length(), slash)));
        return process == null || process.tasks().isEmpty() ? null : new Other(process, path.substring(slash + 1));
    }

    private static final String PROC = "/proc/";

    static long openOther(Task task, String path, long flags) {
        Other other = other(task, path);
        if (other == null || other.name.equals("mem")) return NOT_OURS;
        if (other.name.equals("comm")) return memfd(task, "comm", latin(ProcStatus.name(task, other.process) + "\n"), (flags & O_CLOEXEC) != 0 ? MFD_CLOEXEC : 0);
        return open(task, other.process, other.name, flags);
    }

    /** A descriptor on the file {@code name} of a process, or -errno; {@link #NOT_OURS} where the host's will do. */
    static long open(Task task, Process of, String name, long flags) {
        if (name.equals("mem")) return MemoryFile.open(task, flags);
        byte[] contents = switch (name) {
            case "maps" -> latin(maps(of));
            case "smaps" -> latin(ProcStatus.smaps(task, of));
            case "stat" -> latin(ProcStatus.stat(task, of));
            case "statm" -> latin(ProcStatus.statm(task, of));
            case "status" -> latin(ProcStatus.status(task, of));
            case "cmdline" -> strings(of.program().arguments);
            case "environ" -> strings(of.program().spec.environment());
            case "auxv" -> of.program().auxiliary;
            default -> null;
        };
        return contents == null ? NOT_OURS : memfd(task, name, contents, (flags & O_CLOEXEC) != 0 ? MFD_CLOEXEC : 0);
    }

    private static byte[] latin(String text) { return text.getBytes(StandardCharsets.ISO_8859_1); }

    static final long NOT_OURS = Long.MIN_VALUE;

    private static long memfd(Task task, String name, byte[] contents, long flags) {
        long fd = Kernel.call(SyscallName.MEMFD_CREATE, task.scratch.string(name), flags);
        if (Errno.is(fd)) return fd;
        long chunk = task.scratch.take(65536);
        for (int done = 0; done < contents.length; ) {
            int n = Math.min(65536, contents.length - done);
            Raw.copy(contents, done, chunk, n);
            long written = Kernel.call(SyscallName.WRITE, fd, chunk, n);
            if (Errno.is(written)) {
                Kernel.call(SyscallName.CLOSE, fd);
                return written;
            }
            done += (int) written;
        }
        Kernel.call(SyscallName.LSEEK, fd, 0, 0);
        return fd;
    }

    private static byte[] strings(Iterable<String> all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String s : all) {
            out.writeBytes(s.getBytes(StandardCharsets.ISO_8859_1));
            out.write(0);
        }
        return out.toByteArray();
    }

    /** proc(5), /proc/pid/maps: the label begins in column 74. */
    static String maps(Process process) {
        StringBuilder text = new StringBuilder();
        for (Mapping m : process.memory().mappings()) {
            int start = text.length();
            hex(text, m.start(), 8).append('-');
            hex(text, m.end(), 8).append(' ').append(m.readable() ? 'r' : '-').append(m.writable() ? 'w' : '-').append(m.executable() ? 'x' : '-')
                .append(m.shared() ? 's' : 'p').append(' ');
            long device = m.file() == null ? 0 : m.file().device();
            hex(text, m.file() == null ? 0 : m.offset(), 8).append(' ');
            hex(text, device >>> 8 & 0xfff, 2).append(':');
            hex(text, device & 0xff | device >>> 12 & 0xfff00, 2).append(' ').append(m.file() == null ? 0 : m.file().inode()).append(' ');
            String label = m.file() != null && m.label().isEmpty() ? m.file().path() : m.label();
            if (label.startsWith("/")) label = process.paths.guest(label);
            if (!label.isEmpty()) text.repeat(' ', Math.max(0, 73 - (text.length() - start))).append(label.replace("\n", "\\012"));
            text.append('\n');
        }
        return text.toString();
    }

    private static StringBuilder hex(StringBuilder text, long v, int digits) {
        String s = Long.toHexString(v);
        return text.repeat('0', Math.max(0, digits - s.length())).append(s);
    }
}
