package patina.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import patina.guest.SyscallName;
import patina.host.Errno;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.Mapping;

/**
 * /proc/PID/{stat,statm,status,smaps} (proc(5)) of a guest: the host kernel's own text about its first thread, or about the JVM for the first process, with the
 * guest's figures in their places. Resident pages are those that the host counts within the guest's address space. {@code task} is who asks.
 */
final class ProcStatus {
    private ProcStatus() {}

    private static final int COMM = 2, STATE = 3, PARENT = 4, GROUP = 5, SESSION = 6, TERMINAL = 7, FOREGROUND = 8, THREADS = 20, VSIZE = 23, RSS = 24, CODE = 26, STACK = 28, CHANNEL = 35, DATA = 45, ARGUMENTS_END = 51;

    /** Fields are counted from 1; the second may hold blanks. Addresses are what the kernel shows to strangers. */
    static String stat(Task task, Process of) {
        String host = hostText(task, host(of) + "stat");
        String[] fields = host.substring(host.lastIndexOf(')') + 2).trim().split(" ");
        Resident resident = resident(task, of);
        boolean known = ControllingTerminal.isOwn(of);
        ControllingTerminal terminal = known ? of.tree.terminal(of.session) : null;
        StringBuilder text = new StringBuilder().append(of.pid()).append(" (").append(name(task, of)).append(')');
        for (int i = 0, number = COMM + 1; i < fields.length; i++, number++)
            text.append(' ').append(switch (number) {
                case STATE -> of.relations.isStopped() ? "T" : of == task.process() ? "R" : fields[i];
                case PARENT -> Integer.toString(of.parent());
                case GROUP -> Integer.toString(of.group);
                case SESSION -> Integer.toString(of.session);
                case TERMINAL -> terminal != null ? Long.toString(terminal.device) : known ? "0" : fields[i];
                case FOREGROUND -> terminal != null ? Integer.toString(terminal.foreground()) : known ? "-1" : fields[i];
                case THREADS -> Integer.toString(of.tasks().size());
                case VSIZE -> Long.toString(size(of));
                case RSS -> Long.toString(resident.total / AddressSpace.PAGE);
                case CODE, CODE + 1 -> "1";
                default -> number >= STACK && number <= STACK + 2 || number == CHANNEL || number >= DATA && number <= ARGUMENTS_END ? "0" : fields[i];
            });
        return text.append('\n').toString();
    }

    /** Pages: size, resident, shared, text, 0, data, 0. */
    static String statm(Task task, Process of) {
        long text = 0, data = 0;
        for (Mapping m : of.memory().mappings()) {
            if (m.executable()) text += m.length();
            else if (m.writable() && !m.shared()) data += m.length();
        }
        Resident r = resident(task, of);
        return size(of) / AddressSpace.PAGE + " " + r.total / AddressSpace.PAGE + " " + (r.total - r.anonymous) / AddressSpace.PAGE + " "
            + text / AddressSpace.PAGE + " 0 " + data / AddressSpace.PAGE + " 0\n";
    }

    static String status(Task task, Process process) {
        Resident resident = resident(task, process);
        StringBuilder text = new StringBuilder();
        boolean self = process == task.process();
        Task of = self ? task : process.tasks().getFirst();
        for (String line : hostText(task, host(process) + "status").split("\n")) {
            String key = line.substring(0, Math.max(0, line.indexOf(':')));
            String own = switch (key) {
                case "Name" -> name(task, process);
                case "State" -> process.relations.isStopped() ? "T (stopped)" : self ? "R (running)" : null;
                case "Tgid", "Pid", "NStgid", "NSpid" -> Integer.toString(process.pid());
                case "PPid" -> Integer.toString(process.parent());
                case "NSpgid" -> Integer.toString(process.group);
                case "NSsid" -> Integer.toString(process.session);
                case "Threads" -> Integer.toString(process.tasks().size());
                case "VmPeak", "VmSize" -> kilobytes(size(process));
                case "VmHWM", "VmRSS" -> kilobytes(resident.total);
                case "RssAnon" -> kilobytes(resident.anonymous);
                case "RssFile" -> kilobytes(resident.total - resident.anonymous);
                case "VmStk" -> kilobytes(labelled(process, "[stack]"));
                case "VmData", "VmExe", "VmLib", "VmPTE", "RssShmem", "VmSwap", "HugetlbPages" -> kilobytes(0);
                case "SigPnd", "ShdPnd" -> set(key.equals("SigPnd") && self ? task.pendingSet() : 0);
                case "SigBlk" -> set(of.mask());
                case "SigIgn" -> set(signals(process, false));
                case "SigCgt" -> set(signals(process, true));
                default -> null;
            };
            text.append(own == null ? line : key + ":\t" + own).append('\n');
        }
        return text.toString();
    }

    /** The counts of a host area that lies in several guest mappings stand in the first of them. */
    static String smaps(Task task, Process of) {
        List<Area> areas = areas(task, of);
        StringBuilder text = new StringBuilder();
        String[] maps = ProcFiles.maps(of).split("\n");
        int line = 0;
        for (Mapping m : of.memory().mappings()) {
            text.append(maps[line++]).append("\nSize: ").append(pad(m.length())).append("\nKernelPageSize: ").append(pad(AddressSpace.PAGE))
                .append("\nMMUPageSize: ").append(pad(AddressSpace.PAGE)).append('\n');
            for (String key : new String[] {"Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Referenced", "Anonymous", "Swap"}) {
                long sum = 0;
                for (Area a : areas) if (m.contains(a.start)) sum += a.bytes(key);
                text.append(key).append(": ").append(pad(sum)).append('\n');
            }
        }
        return text.toString();
    }

    private static String pad(long bytes) { return String.format("%8d kB", bytes / 1024); }

    private static String kilobytes(long bytes) { return pad(bytes); }

    private static String set(long bits) { return String.format("%016x", bits); }

    private static long signals(Process process, boolean caught) {
        long set = 0;
        for (int s = 1; s <= Signal.COUNT; s++) {
            SignalAction a = process.signals.action(s);
            if (caught ? a.caught() : a.handler() == SignalAction.IGNORE) set |= Signal.bit(s);
        }
        return set;
    }

    /** The directory of what the host knows of it. */
    private static String host(Process of) { return of.relations.isFirst() ? "/proc/self/" : "/proc/self/task/" + of.pid() + "/"; }

    /** comm, which each guest thread's host thread has. */
    static String name(Task task, Process of) {
        return of == task.process() ? Identity.name(task) : hostText(task, "/proc/self/task/" + of.tasks().getFirst().hostThread() + "/comm").strip();
    }

    private static long size(Process of) {
        long sum = 0;
        for (Mapping m : of.memory().mappings()) sum += m.length();
        return sum;
    }

    private static long labelled(Process process, String label) {
        long sum = 0;
        for (Mapping m : process.memory().mappings()) if (m.label().equals(label)) sum += m.length();
        return sum;
    }

    /** Bytes. */
    private record Resident(long total, long anonymous) {}

    private static Resident resident(Task task, Process of) {
        long total = 0, anonymous = 0;
        for (Area a : areas(task, of)) {
            total += a.bytes("Rss");
            anonymous += a.bytes("Anonymous");
        }
        return new Resident(total, anonymous);
    }

    /** One of the host kernel's areas within the guest's memory, by guest address, with its lines in smaps. */
    private record Area(long start, List<String> lines) {
        long bytes(String key) {
            for (String l : lines) if (l.startsWith(key) && l.charAt(key.length()) == ':') return Long.parseLong(l.replaceAll("\\D", "")) * 1024;
            return 0;
        }
    }

    private static List<Area> areas(Task task, Process of) {
        AddressSpace memory = of.memory();
        List<Area> areas = new ArrayList<>();
        List<String> lines = null;
        for (String line : hostText(task, "/proc/self/smaps").split("\n")) {
            int dash = line.indexOf('-'), blank = line.indexOf(' ');
            if (dash > 0 && dash < blank && line.indexOf(':') > blank) {
                long start = Long.parseUnsignedLong(line, 0, dash, 16) - memory.base();
                lines = start >= 0 && start < memory.size() ? new ArrayList<>() : null;
                if (lines != null) areas.add(new Area(start, lines));
            } else if (lines != null) lines.add(line);
        }
        return areas;
    }

    /** A file of the host's, whole. If the guest may open no more files, it is told so. */
    static String hostText(Task task, String path) {
        long fd = Kernel.call(SyscallName.OPENAT, AT_FDCWD, task.scratch.string(path), O_CLOEXEC);
        if (Errno.is(fd)) throw new Scratch.Refused(fd);
        long buffer = Kernel.allocate(CHUNK);
        StringBuilder text = new StringBuilder();
        for (long n; (n = Kernel.call(SyscallName.READ, fd, buffer, CHUNK)) > 0; ) {
            byte[] bytes = new byte[(int) n];
            Raw.copy(buffer, bytes, 0, bytes.length);
            text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        Kernel.call(SyscallName.CLOSE, fd);
        Kernel.free(buffer, CHUNK);
        return text.toString();
    }

    private static final long AT_FDCWD = -100, O_CLOEXEC = 0x80000, CHUNK = 65536;
}
