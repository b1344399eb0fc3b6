package patina.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import patina.linux.LaunchSpec;

/** Finds a program by name as execvp(3) does. */
final class SearchPath {
    private SearchPath() {}

    /** The file for {@code name}: itself if it has a slash, else the first executable of that name in PATH; null if there is none. */
    static String find(String name, List<String> environment) {
        if (name.indexOf('/') >= 0) return name;
        String path = "/bin:/usr/bin";
        for (String e : environment) if (e.startsWith("PATH=")) path = e.substring(5);
        for (String folder : path.split(":", -1)) {
            String file = (folder.isEmpty() ? "." : folder) + "/" + name;
            Path candidate = Path.of(LaunchSpec.text(file));
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) return file;
        }
        return null;
    }
}
