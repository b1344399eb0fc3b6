package patina.linux;

/**
 * A program could not be started.
 *
 * @param message for the user, one line, naming the file
 * @param status  as a shell would exit with: 127 not found, 126 not executable
 * @param result  execve(2)'s: -errno
 */
public record LoadError(String message, int status, long result) implements Loaded {
    public static final int NOT_FOUND = 127, NOT_EXECUTABLE = 126;
}
