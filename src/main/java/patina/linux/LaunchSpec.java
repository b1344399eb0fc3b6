package patina.linux;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What to run. Strings hold one byte per char: {@link #bytes} converts.
 *
 * @param path        the program's file
 * @param arguments   argv, the program's name first
 * @param environment "NAME=value"
 * @param sysroot     a folder in which absolute paths are looked up first, or null
 * @param directory   the working directory to change to, or null
 * @param inherited   what else there is from the caller
 */
public record LaunchSpec(String path, List<String> arguments, List<String> environment, String sysroot, String directory, Log log,
        Inherited inherited) {
    public LaunchSpec(String path, List<String> arguments, List<String> environment, String sysroot) {
        this(path, arguments, environment, sysroot, null, Log.NONE, Inherited.NOTHING);
    }

    public LaunchSpec with(Log other) { return new LaunchSpec(path, arguments, environment, sysroot, directory, other, inherited); }

    /** What execve(2) makes of it: in the directory where the process is. */
    LaunchSpec with(String path, List<String> arguments, List<String> environment) {
        return new LaunchSpec(path, arguments, environment, sysroot, null, log, inherited);
    }

    /** A string from Java's world, in the encoding that Java takes the host's strings to have, as one char per byte. */
    public static String bytes(String text) { return new String(text.getBytes(NATIVE), StandardCharsets.ISO_8859_1); }

    /** A guest string for people. */
    public static String text(String bytes) { return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), NATIVE); }

    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
}
