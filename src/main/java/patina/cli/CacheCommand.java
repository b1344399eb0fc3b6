package patina.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import patina.cache.CacheKey;
import patina.cache.Store;
import patina.code.CodeImage;
import patina.code.CorruptCodeImage;
import patina.engine.Targets;
import patina.engine.Variant;
import patina.ir.ImageKey;
import patina.profile.ProfileStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patina cache}: what is in the cache. */
@Command(name = "cache", description = "Shows or empties the cache of native code.",
         subcommands = {CacheCommand.ListCommand.class, CacheCommand.Show.class, CacheCommand.Clear.class})
final class CacheCommand {
    private CacheCommand() {}

    /** A code image with what else is known about it. {@code reason}: why a run would not use it; null if it would. */
    record Listed(Store.Entry entry, SortedSet<String> paths, String reason) {
        static List<Listed> all(Store store) throws IOException {
            ProfileStore profiles = new ProfileStore(store.directory().profiles());
            List<Listed> all = new ArrayList<>();
            for (Store.Entry e : store.list()) all.add(new Listed(e, profiles.read(e.image()).profile().paths(), reason(e)));
            return all;
        }

        private static String reason(Store.Entry entry) {
            if (entry.state() != null) return entry.state();
            List<String> differ = differing(entry);
            return differ.isEmpty() ? null : "made under other conditions: " + String.join(", ", differ);
        }

        /** Which of the ways to make code, or "other". */
        String variant() {
            for (Variant v : Variant.values()) if (v.options.key().equals(entry.meta().get("options"))) return v.name().toLowerCase();
            return "other";
        }

        /** Where it was seen, else the name it had when it was made. */
        String name() { return paths.isEmpty() ? entry.meta().getOrDefault("note-name", "?") : paths.first(); }

        Map<String, Object> json() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("image", entry.image());
            row.put("name", name());
            row.put("paths", paths);
            row.put("file", entry.file());
            row.put("bytes", entry.bytes());
            row.put("variant", variant());
            row.put("regions", entry.regions());
            row.put("instructions", entry.instructions());
            row.put("usable", reason == null);
            row.put("reason", reason);
            return row;
        }
    }

    /** The names of the key's ingredients that are not what this Patina on this host would have. */
    private static List<String> differing(Store.Entry entry) {
        List<List<String>> byTarget = new ArrayList<>();
        for (Variant variant : Variant.values()) Targets.of(variant).forEach(t -> {
            List<String> names = new ArrayList<>();
            t.key().forImage(entry.image()).ingredients().forEach((name, now) -> { if (!now.equals(entry.meta().get(name))) names.add(name); });
            byTarget.add(names);
        });
        return byTarget.stream().min(Comparator.comparingInt(List::size)).orElse(List.of());
    }

    @Command(name = "list", description = "Lists the native code of every image.")
    static final class ListCommand implements Callable<Integer> {
        @Mixin CacheOption cache;
        @Mixin JsonOption json;

        @Override public Integer call() throws IOException {
            List<Listed> all = Listed.all(cache.reading());
            long bytes = all.stream().mapToLong(l -> l.entry.bytes()).sum();
            if (json.wanted) {
                Map<String, Object> out = new LinkedHashMap<>();
                out.put("cache", cache.path());
                out.put("bytes", bytes);
                out.put("images", all.stream().map(Listed::json).toList());
                System.out.print(Json.of(out));
                return 0;
            }
            Table table = new Table("KEY", " SIZE", " REGIONS", " INSTRUCTIONS", "VARIANT", "IMAGE", "STATE");
            for (Listed l : all)
                table.row(l.entry.image().brief(), Table.size(l.entry.bytes()), l.entry.regions(), l.entry.instructions(), l.variant(), l.name(),
                        l.reason == null ? "ready" : l.reason);
            if (!all.isEmpty()) System.out.print(table);
            System.out.println(Table.count(all.size(), "code image") + ", " + Table.size(bytes) + ", in " + cache.path());
            return 0;
        }
    }

    @Command(name = "show", description = "Shows the native code of one image: what it depends on, and its regions.")
    static final class Show implements Callable<Integer> {
        @Mixin CacheOption cache;
        @Mixin JsonOption json;
        @Parameters(paramLabel = "IMAGE", description = CacheOption.IMAGE) String image;

        @Override public Integer call() throws IOException {
            ImageKey key = cache.image(image);
            List<Listed> found = Listed.all(cache.reading()).stream().filter(l -> l.entry.image().equals(key)).toList();
            if (found.isEmpty()) throw new Failure(Failure.FAILED, "there is no native code of " + image + " in " + cache.path());
            if (json.wanted) {
                List<Object> rows = new ArrayList<>();
                for (Listed l : found) rows.add(json(l));
                System.out.print(Json.of(rows));
            } else {
                for (Listed l : found) System.out.print(text(l));
            }
            return 0;
        }

        private static Map<String, Object> json(Listed l) throws IOException {
            Map<String, Object> row = l.json();
            Map<String, Object> key = new TreeMap<>(l.entry.meta());
            key.remove("note-name");
            row.put("key", key);
            row.put("differs", l.entry.state() == null ? differing(l.entry) : List.of());
            List<Object> regions = new ArrayList<>();
            CodeImage code = open(l);
            for (int i = 0; code != null && i < code.regions(); i++) {
                Map<String, Object> region = new LinkedHashMap<>();
                region.put("address", "0x" + Long.toHexString(code.entry(i)));
                region.put("instructions", code.instructions(i));
                region.put("code_bytes", code.codeLength(i));
                region.put("code_offset", code.textOffset(i));
                regions.add(region);
            }
            row.put("region_table", regions);
            return row;
        }

        private static String text(Listed l) throws IOException {
            StringBuilder out = new StringBuilder();
            line(out, "image", l.entry.image().hex());
            line(out, "seen at", l.paths.isEmpty() ? l.name() : String.join(", ", l.paths));
            line(out, "file", l.entry.file() + " (" + Table.size(l.entry.bytes()) + ")");
            line(out, "state", l.reason == null ? "ready" : l.reason);
            SortedMap<String, String> meta = l.entry.meta();
            List<String> differ = l.entry.state() == null ? differing(l.entry) : List.of();
            meta.forEach((name, value) -> {
                if (!name.equals("image") && !name.startsWith("note-")) line(out, name, value + (differ.contains(name) ? "  (not as now)" : ""));
            });
            line(out, "regions", Table.count(l.entry.regions(), "region") + " made from " + Table.count(l.entry.instructions(), "guest instruction"));
            CodeImage code = open(l);
            if (code == null) return out.toString();
            Table table = new Table(" ADDRESS", " INSTRUCTIONS", " CODE BYTES", " CODE AT");
            for (int i = 0; i < code.regions(); i++)
                table.row("0x" + Long.toHexString(code.entry(i)), code.instructions(i), code.codeLength(i), "+0x" + Integer.toHexString(code.textOffset(i)));
            return out.append(table).toString();
        }

        private static void line(StringBuilder out, String name, String value) { out.append(name).append(" ".repeat(Math.max(1, 14 - name.length()))).append(value).append('\n'); }

        /** Null: its state has said why not. */
        private static CodeImage open(Listed l) throws IOException {
            if (l.entry.state() != null) return null;
            try {
                return CodeImage.read(l.entry.file());
            } catch (CorruptCodeImage e) {
                throw new Failure(Failure.FAILED, l.entry.file() + ": damaged: " + e.getMessage());
            }
        }
    }

    @Command(name = "clear", description = "Removes all native code; what runs have learned stays, unless asked for.")
    static final class Clear implements Callable<Integer> {
        @Mixin CacheOption cache;
        @Option(names = "--profiles", description = "Removes the profiles too: everything is learned again.") boolean profiles;

        @Override public Integer call() throws IOException {
            Store store = cache.reading();
            if (store.problem() != null) {
                System.out.println("nothing to remove: there is no " + cache.path());
                return 0;
            }
            try (Store.OptimizerLock lock = store.tryLock()) {
                if (lock == null) throw new Failure(Failure.BUSY, "an optimizer is at work on " + cache.path() + "; try again when it is done");
                int images = store.list().size(), learned = 0;
                if (profiles) for (Variant v : Variant.values()) learned += new ProfileStore(v.profiles(store)).images().size();
                long bytes = store.clear(profiles);
                System.out.println("removed " + Table.count(images, "code image") + (profiles ? " and " + Table.count(learned, "profile") : "")
                        + ", " + Table.size(bytes));
            }
            return 0;
        }
    }
}
