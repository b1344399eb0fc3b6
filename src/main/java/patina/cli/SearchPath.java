package patina.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import patina.linux.LaunchSpec;

/** Finds a program by name as execvp(3) does. */
final class SearchPath {
    private SearchPath() {}

    /**
     * The file for {@code name}: itself if it has a slash, else the first executable of that name in PATH, else the first that is not
     * executable, of which that is said then; null if there is none.
     */
    static String find(String name, List<String> environment) {
        if (name.indexOf('/') >= 0) return name;
        String path = "/bin:/usr/bin", notExecutable = null;
        for (String e : environment) if (e.startsWith("PATH=")) path = e.substring(5);
        for (String folder : path.split(":", -1)) {
            String file = (folder.isEmpty() ? "." : folder) + "/" + name;
            Path candidate = Path.of(LaunchSpec.text(file));
            if (Files.isDirectory(candidate)) continue;
            if (Files.isExecutable(candidate)) return file;
            if (notExecutable == null && Files.exists(candidate)) notExecutable = file;
        }
        return notExecutable;
    }
}
