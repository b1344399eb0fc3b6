package patina.linux;

import patina.guest.SyscallName;
import patina.host.Errno;

/**
 * A system call that goes to the real kernel with its arguments translated. The shape names them in order:
 *
 * <pre>
 * n          a number              fd         a descriptor          path   a path, looked up as the guest sees it
 * link       a path whose last symbolic link is not followed       flags   AT_ flags, which may say so of the paths
 * ptr        a pointer, which only the kernel follows; may be null      cwd, =N    the constants AT_FDCWD and N: no argument of the guest's
 * id         a process or thread: the guest's own thread is another one to the host
 * </pre>
 *
 * A body of another name makes an old call out of its modern form, which every host has.
 */
final class Pass implements Syscall.Body {
    /** WAITS: may block, and is restarted under SA_RESTART; WAITS_ONCE: is not (signal(7)). */
    enum Mode { AT_ONCE, WAITS, WAITS_ONCE }

    private enum Token { NUMBER, DESCRIPTOR, PATH, LINK, FLAGS, THREAD, CONSTANT, POINTER }

    private record Slot(Token token, long constant) {}

    private static final long AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, EPIPE = Errno.EPIPE.result();
    private SyscallName target;
    private final String shape;
    private final Mode mode;
    /** Parsed at the first call: most programs make few of the calls there are. */
    private volatile Slot[] slots;
    /** The argument that holds AT_ flags, -1 for none. */
    private int flagsAt = -1;

    /** {@code target}: null for the call of the row's own name, which {@link #makes} tells. */
    Pass(SyscallName target, Mode mode, String shape) {
        this.target = target;
        this.mode = mode;
        this.shape = shape;
    }

    /** The name under which it is called. Of several threads each says the same. */
    void makes(SyscallName name) { if (target == null) target = name; }

    @Override public long call(Task task, Args args) {
        if (slots == null) {
            Slot[] parsed = parse(shape);
            for (int i = 0; i < parsed.length; i++) if (parsed[i].token == Token.FLAGS) flagsAt = i;
            slots = parsed;
        }
        long[] values = new long[6];
        boolean follows = (flags(args) & AT_SYMLINK_NOFOLLOW) == 0;
        for (int i = 0, from = 0; i < slots.length; i++) {
            Slot before = i > 0 ? slots[i - 1] : null;
            boolean directory = before != null && (before.token == Token.DESCRIPTOR || before.token == Token.CONSTANT);
            Token token = slots[i].token == Token.PATH && !follows ? Token.LINK : slots[i].token;
            values[i] = token == Token.CONSTANT ? slots[i].constant : value(token, args, from++, directory ? values[i - 1] : AT_FDCWD);
        }
        long result = switch (mode) {
            case AT_ONCE -> Kernel.call(target, values[0], values[1], values[2], values[3], values[4], values[5]);
            case WAITS -> task.blocking(target, values[0], values[1], values[2], values[3], values[4], values[5]);
            case WAITS_ONCE -> task.blockingOnce(target, values[0], values[1], values[2], values[3], values[4], values[5]);
        };
        return result == EPIPE && !silent(values) ? task.brokenPipe() : result;
    }

    private long flags(Args args) {
        return flagsAt < 0 ? 0 : args.get(flagsAt);
    }

    /** MSG_NOSIGNAL. */
    private boolean silent(long[] values) { return target == SyscallName.SENDTO && (values[3] & 0x4000) != 0; }

    private static long value(Token token, Args args, int i, long directory) {
        return switch (token) {
            case NUMBER, FLAGS, CONSTANT -> args.get(i);
            case DESCRIPTOR -> args.fd(i);
            case PATH -> args.path(i, directory, true);
            case LINK -> args.path(i, directory, false);
            case POINTER -> args.pointer(i);
            case THREAD -> args.integer(i) == args.task.tid() ? 0 : args.task.process().stranger(args.integer(i));
        };
    }

    static Slot[] parse(String shape) {
        String[] words = shape.isEmpty() ? new String[0] : shape.split(" ");
        Slot[] slots = new Slot[words.length];
        for (int i = 0; i < words.length; i++) slots[i] = slot(words[i]);
        return slots;
    }

    private static Slot slot(String word) {
        return switch (word) {
            case "n" -> new Slot(Token.NUMBER, 0);
            case "fd" -> new Slot(Token.DESCRIPTOR, 0);
            case "path" -> new Slot(Token.PATH, 0);
            case "link" -> new Slot(Token.LINK, 0);
            case "flags" -> new Slot(Token.FLAGS, 0);
            case "id" -> new Slot(Token.THREAD, 0);
            case "ptr" -> new Slot(Token.POINTER, 0);
            case "cwd" -> new Slot(Token.CONSTANT, AT_FDCWD);
            default -> new Slot(Token.CONSTANT, Long.decode(word.substring(1)));
        };
    }
}
