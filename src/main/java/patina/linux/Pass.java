package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;
import patina.memory.Protection;

/**
 * A system call that goes to the real kernel once its arguments are checked. The shape names them in order:
 *
 * <pre>
 * n          a number              fd         a descriptor          path   a path, looked up as the guest sees it     name   a string as it is
 * in:K       pointer to K bytes    in*I       to as many bytes as guest argument I says    in*IxS   that many times S
 * in~I       as in*I, but fewer will do: I is lowered to what can be used
 * out…, io…  likewise, written, read and written        a ? behind it: may be null
 * cwd, =N    the constants AT_FDCWD and N: no argument of the guest's
 * </pre>
 *
 * A body of another name makes an old call out of its modern form, which every host has.
 */
final class Pass implements Syscall.Body {
    /** WAITS: may block, and is restarted under SA_RESTART; WAITS_ONCE: may block, and fails with EINTR after any handler. */
    enum Mode { AT_ONCE, WAITS, WAITS_ONCE }

    private enum Token { NUMBER, DESCRIPTOR, PATH, NAME, CONSTANT, MEMORY }

    private record Slot(Token token, boolean nullable, int protection, long fixed, int counter, boolean fewer) {}

    private static final long AT_FDCWD = -100;
    private final SyscallName target;
    private final String shape;
    private final Mode mode;
    /** Parsed at the first call: most programs make few of the calls there are. */
    private volatile Slot[] slots;

    Pass(SyscallName target, Mode mode, String shape) {
        this.target = target;
        this.mode = mode;
        this.shape = shape;
    }

    @Override public long call(Task task, Args args) {
        if (slots == null) slots = parse(shape);
        long[] values = new long[6];
        long[] given = new long[6];
        for (int i = 0; i < 6; i++) given[i] = args.get(i);
        int from = 0;
        for (int i = 0; i < slots.length; i++) {
            Slot s = slots[i];
            values[i] = s.token == Token.CONSTANT ? s.fixed : value(s, args, given, from++);
        }
        // a count may stand behind the pointer it belongs to, and has been lowered meanwhile
        from = 0;
        for (int i = 0; i < slots.length; i++) {
            if (slots[i].token == Token.CONSTANT) continue;
            if (slots[i].token == Token.NUMBER) values[i] = given[from];
            from++;
        }
        long result = switch (mode) {
            case AT_ONCE -> Kernel.call(target, values[0], values[1], values[2], values[3], values[4], values[5]);
            case WAITS -> task.blocking(target, values[0], values[1], values[2], values[3], values[4], values[5]);
            case WAITS_ONCE -> task.blockingOnce(target, values[0], values[1], values[2], values[3], values[4], values[5]);
        };
        return result == Errno.EPIPE.result() && !silent(values) ? task.brokenPipe() : result;
    }

    /** MSG_NOSIGNAL. */
    private boolean silent(long[] values) { return target == SyscallName.SENDTO && (values[3] & 0x4000) != 0; }

    private static long value(Slot s, Args args, long[] given, int i) {
        if (s.nullable && given[i] == 0) return 0;
        return switch (s.token) {
            case NUMBER, CONSTANT -> given[i];
            case DESCRIPTOR -> args.fd(i);
            case PATH -> args.path(i);
            case NAME -> args.name(i);
            case MEMORY -> memory(s, args, given, i);
        };
    }

    private static long memory(Slot s, Args args, long[] given, int i) {
        if (s.counter < 0) return args.host(given[i], s.fixed, s.protection);
        if (s.fewer) given[s.counter] = args.usable(given[i], given[s.counter], s.protection);
        long bytes = given[s.counter];
        return args.host(given[i], s.fixed == 1 ? bytes : Math.multiplyHigh(bytes, s.fixed) != 0 ? -1 : bytes * s.fixed, s.protection);
    }

    static Slot[] parse(String shape) {
        String[] words = shape.isEmpty() ? new String[0] : shape.split(" ");
        Slot[] slots = new Slot[words.length];
        for (int i = 0; i < words.length; i++) slots[i] = slot(words[i]);
        return slots;
    }

    private static Slot slot(String word) {
        boolean nullable = word.endsWith("?");
        String w = nullable ? word.substring(0, word.length() - 1) : word;
        switch (w) {
            case "n": return plain(Token.NUMBER, nullable, 0);
            case "fd": return plain(Token.DESCRIPTOR, nullable, 0);
            case "path": return plain(Token.PATH, nullable, 0);
            case "name": return plain(Token.NAME, nullable, 0);
            case "cwd": return plain(Token.CONSTANT, false, AT_FDCWD);
            default: break;
        }
        if (w.startsWith("=")) return plain(Token.CONSTANT, false, Long.decode(w.substring(1)));
        int protection = w.startsWith("io") ? Protection.READ | Protection.WRITE : w.startsWith("in") ? Protection.READ : Protection.WRITE;
        int at = w.startsWith("out") ? 3 : 2;
        String rest = w.substring(at + 1);
        if (w.charAt(at) == ':') return new Slot(Token.MEMORY, nullable, protection, Long.parseLong(rest), -1, false);
        int times = rest.indexOf('x');
        int counter = rest.charAt(0) - '0';
        return new Slot(Token.MEMORY, nullable, protection, times < 0 ? 1 : Long.parseLong(rest.substring(times + 1)), counter, w.charAt(at) == '~');
    }

    private static Slot plain(Token token, boolean nullable, long value) { return new Slot(token, nullable, 0, value, -1, false); }
}
