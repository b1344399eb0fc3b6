package patina.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import patina.cache.Store;
import patina.engine.Variant;
import patina.interp.Reached;
import patina.ir.ImageKey;
import patina.profile.Profile;
import patina.profile.ProfileStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patina profile}: what runs have learned. */
@Command(name = "profile", description = "Shows what runs have learned about programs and libraries.", subcommands = ProfileCommand.Show.class)
final class ProfileCommand {
    private ProfileCommand() {}

    @Command(name = "show", description = "Shows one image's profile: totals and the hottest blocks. Without IMAGE: the totals of all.")
    static final class Show implements Callable<Integer> {
        @Mixin CacheOption cache;
        @Mixin JsonOption json;
        @Option(names = "--blocks", paramLabel = "N", defaultValue = "20", description = "How many of the hottest blocks and indirect calls and jumps (default: ${DEFAULT-VALUE}).") int blocks;
        @Parameters(paramLabel = "IMAGE", arity = "0..1", description = CacheOption.IMAGE) String image;

        /** An image's profile for one variant of native code. */
        private record Row(Variant variant, ImageKey image, ProfileStore.Merged merged) {
            Profile profile() { return merged.profile(); }
        }

        @Override public Integer call() throws IOException {
            if (blocks < 0) throw new Failure(Failure.WRONG_USAGE, "--blocks needs a number that is not negative");
            Store store = cache.reading();
            if (image == null) all(store);
            else one(store, cache.image(image));
            return 0;
        }

        private void all(Store store) throws IOException {
            List<Row> rows = new ArrayList<>();
            for (Variant v : Variant.values())
                for (ImageKey key : new ProfileStore(v.profiles(store)).images()) rows.add(read(store, v, key));
            rows.sort(Comparator.comparingLong((Row r) -> -r.profile().instructionsExecuted()).thenComparing(Row::image));
            if (json.wanted) {
                Map<String, Object> out = new LinkedHashMap<>();
                out.put("cache", cache.path());
                out.put("profiles", rows.stream().map(Show::totals).toList());
                System.out.print(Json.of(out));
                return;
            }
            Table table = new Table("KEY", " BLOCKS", " INTERPRETED", " NOT MERGED", "VARIANT", "IMAGE");
            for (Row r : rows)
                table.row(r.image.brief(), r.profile().blocks().size(), r.profile().instructionsExecuted(), r.merged.fragments(), r.variant.name().toLowerCase(),
                        String.join(", ", r.profile().paths()));
            if (!rows.isEmpty()) System.out.print(table);
            System.out.println(Table.count(rows.size(), "profile") + " in " + cache.path());
        }

        private void one(Store store, ImageKey key) throws IOException {
            List<Row> rows = new ArrayList<>();
            for (Variant v : Variant.values()) {
                Row row = read(store, v, key);
                if (!row.profile().isEmpty()) rows.add(row);
            }
            if (rows.isEmpty()) throw new Failure(Failure.FAILED, "nothing has been learned about " + image + " in " + cache.path());
            if (json.wanted) System.out.print(Json.of(rows.stream().map(this::withHottest).toList()));
            else rows.forEach(this::print);
        }

        private List<Profile.BlockCount> hottest(Profile profile) {
            return profile.blocks().values().stream()
                    .sorted(Comparator.comparingDouble((Profile.BlockCount b) -> -(double) b.count() * b.instructions()).thenComparing(Profile.BlockCount::pc))
                    .limit(blocks).toList();
        }

        private Map<String, Object> withHottest(Row row) {
            Map<String, Object> out = totals(row);
            out.put("hottest", hottest(row.profile()).stream().map(b -> block(b, row.profile())).toList());
            out.put("indirect", busiest(row.profile()).stream().map(Site::json).toList());
            return out;
        }

        private void print(Row row) {
            Profile profile = row.profile();
            System.out.println("image         " + row.image);
            System.out.println("seen at       " + String.join(", ", profile.paths()));
            System.out.println("variant       " + row.variant.name().toLowerCase());
            System.out.println("interpreted   " + Table.count(profile.instructionsExecuted(), "guest instruction") + " in " + Table.count(profile.blocks().size(), "block"));
            System.out.println("indirect      " + Table.count(profile.targets().size(), "call or jump site"));
            System.out.println("not merged    " + Table.count(row.merged.fragments(), "fragment"));
            Table table = new Table(" ADDRESS", " COUNT", " INSTRUCTIONS", " SHARE", "REACHED BY");
            for (Profile.BlockCount b : hottest(profile))
                table.row("0x" + Long.toHexString(b.pc()), b.count(), b.instructions(), String.format(Locale.ROOT, "%.1f%%", 100 * share(b, profile)),
                        Reached.text(b.reached()));
            if (blocks > 0) System.out.print(table);
            Table sites = new Table("INDIRECT AT", " COUNT", " TARGETS", "MOST TO", " SHARE");
            for (Site s : busiest(profile)) sites.row("0x" + Long.toHexString(s.pc), s.count, s.targets.size(), "0x" + Long.toHexString(s.most), String.format(Locale.ROOT, "%.1f%%", 100.0 * s.targets.get(s.most) / s.count));
            if (blocks > 0 && !profile.targets().isEmpty()) System.out.print("\n" + sites);
        }

        /** An indirect call or jump: how often it ran, where it went to, where most often. */
        private record Site(long pc, long count, long most, SortedMap<Long, Long> targets) {
            static Site of(long pc, SortedMap<Long, Long> targets) {
                long count = 0, most = targets.firstKey();
                for (var t : targets.entrySet()) {
                    count += t.getValue();
                    if (t.getValue() > targets.get(most)) most = t.getKey();
                }
                return new Site(pc, count, most, targets);
            }

            Map<String, Object> json() {
                Map<String, Object> to = new LinkedHashMap<>();
                targets.forEach((target, n) -> to.put("0x" + Long.toHexString(target), n));
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("address", "0x" + Long.toHexString(pc));
                row.put("count", count);
                row.put("targets", to);
                return row;
            }
        }

        private List<Site> busiest(Profile profile) {
            return profile.targets().entrySet().stream().map(e -> Site.of(e.getKey(), e.getValue()))
                    .sorted(Comparator.comparingLong((Site s) -> -s.count).thenComparing(Site::pc)).limit(blocks).toList();
        }

        private static Row read(Store store, Variant variant, ImageKey image) throws IOException {
            ProfileStore.Merged merged = new ProfileStore(variant.profiles(store)).read(image);
            merged.skipped().forEach(line -> System.err.println("patina: left out: " + line));
            return new Row(variant, image, merged);
        }

        private static Map<String, Object> totals(Row r) {
            Profile profile = r.profile();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("image", r.image);
            row.put("variant", r.variant.name().toLowerCase());
            row.put("paths", profile.paths());
            row.put("blocks", profile.blocks().size());
            row.put("instructions_interpreted", profile.instructionsExecuted());
            row.put("indirect_sites", profile.targets().size());
            row.put("fragments_not_merged", r.merged.fragments());
            row.put("left_out", r.merged.skipped());
            return row;
        }

        private static Map<String, Object> block(Profile.BlockCount b, Profile profile) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("address", "0x" + Long.toHexString(b.pc()));
            row.put("count", b.count());
            row.put("instructions", b.instructions());
            row.put("share", share(b, profile));
            row.put("reached_by", List.of(Reached.text(b.reached()).split(" ")));
            return row;
        }

        /** Of the instructions that were interpreted. */
        private static double share(Profile.BlockCount b, Profile profile) {
            long all = profile.instructionsExecuted();
            return all == 0 ? 0 : Math.round(1e6 * b.count() * b.instructions() / all) / 1e6;
        }
    }
}
