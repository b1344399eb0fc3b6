package patina.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In processes of their own: a nice value cannot be taken back. */
class PriorityTest {
    public static class Main {
        public static void main(String... args) throws Exception {
            Priority.lowest();
            Thread.sleep(100);  // what was at its end is gone
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                // field 19 of stat, counted from behind the name: proc_pid_stat(5)
                System.out.println(threads.map(t -> read(t.resolve("stat"))).map(s -> s.substring(s.lastIndexOf(')') + 2).split(" ")[16]).distinct().toList());
            }
            System.out.println(read(Path.of("/proc/self/autogroup")).replaceAll(".*nice ", "").strip());
        }

        static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (java.io.IOException e) {
                return "19";
            }
        }
    }

    /** The nice values of all threads, and the session's. */
    private static List<String> lines(String... before) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(before));
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
                "-Dpatina.native=" + System.getProperty("patina.native"), "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).redirectInput(new File("/dev/null")).start();
        List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
        assertEquals(0, process.waitFor());
        return lines;
    }

    @Test void everyThreadAndTheSessionOfItsOwnAreTheLast() throws Exception { assertEquals(List.of("[19]", "19"), lines("setsid", "-w")); }

    @Test void theUsersSessionIsLeftAlone() throws Exception {
        String ours = Files.exists(Path.of("/proc/self/autogroup")) ? Main.read(Path.of("/proc/self/autogroup")).replaceAll(".*nice ", "").strip() : "19";
        assertEquals(List.of("[19]", ours), lines());
    }
}
