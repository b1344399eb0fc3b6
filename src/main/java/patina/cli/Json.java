package patina.cli;

import java.util.Collection;
import java.util.Map;

/** JSON (RFC 8259) of maps, collections, strings, numbers, booleans and null, for --json: keys in the map's order, one member or element a line. */
final class Json {
    private Json() {}

    static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, "\n", out);
        return out.append('\n').toString();
    }

    /** {@code newline}: a line feed and the indentation. */
    private static void write(Object value, String newline, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                String separator = "{" + newline + "  ";
                for (Map.Entry<?, ?> e : map.entrySet()) {
                    out.append(separator);
                    quote(e.getKey().toString(), out);
                    write(e.getValue(), newline + "  ", out.append(": "));
                    separator = "," + newline + "  ";
                }
                out.append(map.isEmpty() ? "{}" : newline + "}");
            }
            case Collection<?> list -> {
                String separator = "[" + newline + "  ";
                for (Object element : list) {
                    write(element, newline + "  ", out.append(separator));
                    separator = "," + newline + "  ";
                }
                out.append(list.isEmpty() ? "[]" : newline + "]");
            }
            case null -> out.append("null");
            case Number n -> out.append(n);
            case Boolean b -> out.append(b);
            default -> quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        out.append('"');
    }
}
