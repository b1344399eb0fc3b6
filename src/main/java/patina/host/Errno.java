package patina.host;

/** Linux error numbers (the same on every host we run on); a failed system call's result is the negative. */
public enum Errno {
    EPERM(1), ENOENT(2), ESRCH(3), EINTR(4), EIO(5), ENXIO(6), E2BIG(7), ENOEXEC(8), EBADF(9), ECHILD(10), EAGAIN(11), ENOMEM(12),
    EACCES(13), EFAULT(14), ENOTBLK(15), EBUSY(16), EEXIST(17), EXDEV(18), ENODEV(19), ENOTDIR(20), EISDIR(21), EINVAL(22), ENFILE(23),
    EMFILE(24), ENOTTY(25), ETXTBSY(26), EFBIG(27), ENOSPC(28), ESPIPE(29), EROFS(30), EMLINK(31), EPIPE(32), EDOM(33), ERANGE(34),
    EDEADLK(35), ENAMETOOLONG(36), ENOLCK(37), ENOSYS(38), ENOTEMPTY(39), ELOOP(40), ENODATA(61), ETIME(62), EOVERFLOW(75),
    ELIBBAD(80), ENOTSOCK(88), EMSGSIZE(90), EOPNOTSUPP(95), EADDRINUSE(98), ECONNREFUSED(111), ETIMEDOUT(110);

    private final int number;

    Errno(int number) { this.number = number; }

    public int number() { return number; }

    /** As a system call's result. */
    public long result() { return -number; }

    /** Whether a system call's result is an error. */
    public static boolean is(long result) { return result < 0 && result > -4096; }

    /** Name of the error of a failed call, for messages: "ENOENT". */
    public static String name(long result) {
        for (Errno e : values()) if (e.number == -result) return e.name();
        return "errno " + -result;
    }
}
