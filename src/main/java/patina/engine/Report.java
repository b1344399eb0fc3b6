package patina.engine;

import java.util.List;
import java.util.Map;

/** What a run did: the object of --stats (DESIGN 5). Counts of guest instructions are exact. Times in milliseconds. {@code verified}: null, nothing was. */
public record Report(Mode mode, Totals totals, int regionsCompiled, List<Refusal> refused, Map<String, Double> times, Map<String, Integer> unsupportedCalls) {
    public long interpreted() { return totals.interpreted; }
    public long nativeInstructions() { return totals.nativeInstructions; }
    public int regionsAttached() { return totals.regionsAttached; }
    public int imagesHit() { return totals.imagesHit; }
    public List<Unsupported> unsupported() { return totals.unsupported; }
    public Verified verified() { return totals.verified; }

    /** An instruction that could not be executed. */
    public record Unsupported(long pc, String bytes, String text) {}

    /** Share of guest instructions that ran natively, 0-1. */
    public double nativeShare() {
        long all = interpreted() + nativeInstructions();
        return all == 0 ? 0 : (double) nativeInstructions() / all;
    }

    /** One JSON object, one key a line. */
    public String json() {
        Counters counters = totals.counters;
        StringBuilder s = new StringBuilder("{\n");
        line(s, "mode", quote(mode.name().toLowerCase()));
        line(s, "guest_instructions", "{\"interpreted\": " + interpreted() + ", \"native\": " + nativeInstructions() + ", \"native_count\": \"exact\"}");
        line(s, "native_share", fixed(nativeShare(), 6));
        line(s, "regions", "{\"attached\": " + regionsAttached() + ", \"compiled\": " + regionsCompiled
                + ", \"interpreted_entries\": " + counters.interpretedEntries + "}");
        line(s, "exits", "{\"miss\": " + counters.miss + ", \"syscall\": " + counters.syscall + ", \"interpret\": " + counters.interpret
                + ", \"helper\": " + counters.helper + ", \"fault\": " + (counters.fault + counters.trap) + ", \"signal\": " + counters.poll + ", \"code_changed\": " + totals.codeChanged + "}");
        StringBuilder list = new StringBuilder();
        for (Refusal r : refused) list.append(list.isEmpty() ? "" : ", ").append("{\"image\": ").append(quote(r.image())).append(", \"reason\": ").append(quote(r.reason())).append('}');
        line(s, "cache", "{\"hits\": " + imagesHit() + ", \"refused\": [" + list + "], \"bytes_mapped\": " + totals.bytesMapped + "}");
        list.setLength(0);
        times.forEach((name, ms) -> list.append(list.isEmpty() ? "" : ", ").append(quote(name)).append(": ").append(fixed(ms, 1)));
        line(s, "time_ms", "{" + list + "}");
        list.setLength(0);
        unsupportedCalls.forEach((name, n) -> list.append(list.isEmpty() ? "" : ", ").append(quote(name)).append(": ").append(n));
        line(s, "syscalls", "{\"made\": " + counters.syscall + ", \"unsupported\": {" + list + "}}");
        list.setLength(0);
        for (Unsupported u : unsupported()) list.append(list.isEmpty() ? "" : ", ").append("{\"pc\": \"0x").append(Long.toHexString(u.pc)).append("\", \"bytes\": ")
                .append(quote(u.bytes)).append(", \"text\": ").append(quote(u.text)).append('}');
        line(s, "unsupported", "[" + list + "]");
        if (verified() != null) line(s, "verify", verified().json());
        list.setLength(0);
        for (Totals.Ended p : totals.processes) list.append(list.isEmpty() ? "" : ", ").append("{\"pid\": ").append(p.pid()).append(", \"ppid\": ").append(p.ppid())
                .append(", \"image\": ").append(quote(p.image())).append(", \"exit\": ").append(p.exit()).append('}');
        s.append("  \"processes\": [").append(list).append("]\n}\n");
        return s.toString();
    }

    private static void line(StringBuilder s, String key, String value) { s.append("  \"").append(key).append("\": ").append(value).append(",\n"); }

    /** A decimal number without java.util.Formatter, which costs milliseconds at the end of a short run. */
    private static String fixed(double v, int digits) {
        long scale = 1;
        for (int i = 0; i < digits; i++) scale *= 10;
        long n = Math.round(v * scale);
        String fraction = Long.toString(Math.abs(n) % scale + scale).substring(1);
        return (n < 0 ? "-" : "") + Math.abs(n) / scale + "." + fraction;
    }

    private static String quote(String text) {
        StringBuilder s = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') s.append('\\').append(c);
            else if (c < ' ') s.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            else s.append(c);
        }
        return s.append('"').toString();
    }
}
