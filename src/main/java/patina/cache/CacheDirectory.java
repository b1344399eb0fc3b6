package patina.cache;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The cache's directory. What lies in it is executed, so it must belong to this user and admit nobody else: anything else is refused
 * before a file in it is opened.
 */
public record CacheDirectory(Path path) {
    /** What {@link #standard} asks for. */
    public static final String[] VARIABLES = {"PATINA_CACHE", "XDG_CACHE_HOME", "HOME"};

    /** $PATINA_CACHE, $XDG_CACHE_HOME/patina or ~/.cache/patina. */
    public static Path standard(Map<String, String> environment) {
        if (isSet(environment.get("PATINA_CACHE"))) return Path.of(environment.get("PATINA_CACHE"));
        if (isSet(environment.get("XDG_CACHE_HOME"))) return Path.of(environment.get("XDG_CACHE_HOME"), "patina");
        String home = environment.get("HOME");
        return Path.of(isSet(home) ? home : System.getProperty("user.home"), ".cache", "patina");
    }

    private static boolean isSet(String s) { return s != null && !s.isEmpty(); }

    public Path code() { return path.resolve("code"); }

    public Path profiles() { return path.resolve("profiles"); }

    /** Makes it, with mode 0700, where it is missing; empty, because one that is there may be somebody else's. */
    public void create() throws IOException {
        if (path.getParent() != null) Files.createDirectories(path.getParent());
        if (!Files.isDirectory(path)) Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Makes what belongs into it; {@link #check} has passed. */
    public void createFolders() throws IOException {
        Files.createDirectories(code());
        Files.createDirectories(profiles());
    }

    /** Null if the directory may be used, else why not. {@code user}: the effective user id. */
    public Lookup.Refused check(int user) {
        try {
            var attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int uid = (Integer) attributes.get("uid"), mode = (Integer) attributes.get("mode");
            if ((mode & 0170000) == 0120000) { // a symbolic link is the user's own choice if what it leads to passes
                attributes = Files.readAttributes(path, "unix:uid,mode");
                uid = (Integer) attributes.get("uid");
                mode = (Integer) attributes.get("mode");
            }
            if (uid == user && (mode & 077) == 0 && (mode & 0170000) == 0040000) return null;
            return new Lookup.Refused(path, Lookup.Reason.WRONG_OWNER, "user " + uid + ", mode " + Integer.toOctalString(mode & 07777),
                    "user " + user + ", mode 700");
        } catch (NoSuchFileException e) {
            return new Lookup.Refused(path, Lookup.Reason.ABSENT, "", "");
        } catch (IOException e) {
            return new Lookup.Refused(path, Lookup.Reason.UNREADABLE, reason(e), "");
        }
    }

    /** Why the file system does not do it, for people. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException a) return "no permission at " + a.getFile();
        if (e instanceof FileAlreadyExistsException f) return f.getFile() + " is no directory";
        if (e instanceof NoSuchFileException f) return f.getFile() + ": no such file or directory";
        return e instanceof FileSystemException f ? f.getFile() + (f.getReason() == null ? "" : ": " + f.getReason()) : e.getMessage();
    }

    /** The effective user, as the owner of what this process makes: /proc/self belongs to it. */
    public static int user() throws IOException { return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"); }
}
