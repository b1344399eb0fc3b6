package patina.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a command could not do: one line for the user, and the exit status. */
final class Failure extends RuntimeException {
    static final int FAILED = 1, WRONG_USAGE = 2, BUSY = 3, BROKEN = 125;

    final int status;

    Failure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** What went wrong, whatever it was, in one line and in the user's words. */
    static String text(Throwable e) {
        String text = switch (e) {
            case Failure f -> f.getMessage();
            case NoSuchFileException f -> f.getFile() + ": no such file or directory";
            case AccessDeniedException f -> f.getFile() + ": permission denied";
            case FileAlreadyExistsException f -> f.getFile() + ": is in the way";
            case NotDirectoryException f -> f.getFile() + ": not a directory";
            case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
            case InvalidPathException f -> f.getInput() + ": a name that the locale's encoding does not have";
            case java.io.IOException f when f.getMessage() != null -> f.getMessage();
            case NoClassDefFoundError f -> "a part of Patina is missing or broken (" + f.getMessage() + "); build again: bin/build";
            case LinkageError f -> f.getMessage() + ""; // a library that is missing says so itself
            case OutOfMemoryError f -> "out of memory: " + f.getMessage();
            default -> "internal error: " + e + " (PATINA_DEBUG=1 shows where); please report it";
        };
        return text.lines().findFirst().orElse(e.getClass().getName());
    }

    /** The exit status for it. */
    static int status(Throwable e) {
        return switch (e) {
            case Failure f -> f.status;
            case java.io.IOException _, InvalidPathException _ -> FAILED;
            default -> BROKEN;
        };
    }

    /** Says it on standard error and gives the exit status. */
    static int report(Throwable e) {
        if (System.getenv("PATINA_DEBUG") != null) e.printStackTrace();
        System.err.println("patina: " + text(e));
        return status(e);
    }
}
