package patina.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import patina.linux.LaunchSpec;

/** Finds a program by name as execvp(3) does. */
final class SearchPath {
    private SearchPath() {}

    /**
     * The file for {@code name}: itself if it has a slash, else the first executable of that name in PATH, else the first that is not
     * executable, of which that is said then; null if there is none. What the sysroot, if there is one, has in a folder comes first.
     */
    static String find(String name, List<String> environment, Path sysroot) {
        if (name.indexOf('/') >= 0) return name;
        String path = "/bin:/usr/bin", notExecutable = null;
        for (String e : environment) if (e.startsWith("PATH=")) path = e.substring(5);
        for (String folder : path.split(":", -1)) {
            String file = (folder.isEmpty() ? "." : folder) + "/" + name;
            Path inside = sysroot == null || !file.startsWith("/") ? null : Path.of(sysroot + LaunchSpec.text(file));
            Path candidate = inside != null && Files.exists(inside, LinkOption.NOFOLLOW_LINKS) ? inside : Path.of(LaunchSpec.text(file));
            if (candidate == inside && Files.isSymbolicLink(inside)) return file;      // where it leads only the guest's paths tell
            if (Files.isDirectory(candidate)) continue;
            if (Files.isExecutable(candidate)) return file;
            if (notExecutable == null && Files.exists(candidate)) notExecutable = file;
        }
        return notExecutable;
    }
}
