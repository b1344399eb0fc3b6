package patina.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import patina.linux.LaunchSpec;

/**
 * What bin/patina hands over: "@N", the N variables of its caller's environment in their order (a shell passes its own on, in another order
 * and with more in it), then the user's arguments. Without "@N" the environment is this process's. Guest strings are bytes, one a char: taken
 * from the kernel, because Java decodes by the locale and loses some.
 */
record Invocation(String[] arguments, List<String> raw, List<String> environment) {

    static Invocation of(String[] decoded) throws IOException {
        List<String> all = strings("/proc/self/cmdline");
        List<String> raw = all.size() < decoded.length ? Arrays.asList(decoded) : all.subList(all.size() - decoded.length, all.size());
        if (decoded.length == 0 || !decoded[0].startsWith("@")) return new Invocation(decoded, raw, strings("/proc/self/environ"));
        int end = 1 + Integer.parseInt(decoded[0], 1, decoded[0].length(), 10);
        return new Invocation(Arrays.copyOfRange(decoded, end, decoded.length), raw.subList(end, raw.size()), new ArrayList<>(raw.subList(1, end)));
    }

    /** Those of the environment that have these names, as text. What System.getenv() takes, a millisecond, is not in the JVM's archive. */
    Map<String, String> variables(String... names) {
        Map<String, String> found = new HashMap<>();
        for (String variable : environment)
            for (String name : names)
                if (variable.startsWith(name) && variable.startsWith("=", name.length())) found.putIfAbsent(name, LaunchSpec.text(variable.substring(name.length() + 1)));
        return found;
    }

    /** The last {@code count} arguments as bytes. */
    List<String> rawTail(int count) { return raw.subList(raw.size() - count, raw.size()); }

    private static List<String> strings(String file) throws IOException {
        String text;
        try (FileInputStream in = new FileInputStream(file)) { text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1); }
        List<String> words = new ArrayList<>();
        for (int from = 0, to; (to = text.indexOf('\0', from)) >= 0; from = to + 1) words.add(text.substring(from, to));
        return words;
    }
}
