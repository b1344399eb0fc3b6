package patina.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
        @Option(names = "--blocks", paramLabel = "N", defaultValue = "20", description = "How many of the hottest blocks (default: ${DEFAULT-VALUE}).") int blocks;
        @Parameters(paramLabel = "IMAGE", arity = "0..1", description = CacheOption.IMAGE) String image;

        @Override public Integer call() throws IOException {
            if (blocks < 0) throw new Failure(Failure.WRONG_USAGE, "--blocks needs a number that is not negative");
            ProfileStore store = cache.profiles();
            if (image != null) one(store, cache.image(image));
            else all(store);
            return 0;
        }

        private void all(ProfileStore store) throws IOException {
            record Row(ImageKey image, ProfileStore.Merged merged) {}
            List<Row> rows = new ArrayList<>();
            for (ImageKey image : store.images()) rows.add(new Row(image, read(store, image)));
            rows.sort(Comparator.comparingLong((Row r) -> -r.merged.profile().instructionsExecuted()).thenComparing(Row::image));
            if (json.wanted) {
                Map<String, Object> out = new LinkedHashMap<>();
                out.put("cache", cache.path());
                out.put("profiles", rows.stream().map(r -> totals(r.image, r.merged)).toList());
                System.out.print(Json.of(out));
                return;
            }
            Table table = new Table("KEY", " BLOCKS", " INTERPRETED", " NOT MERGED", "IMAGE");
            for (Row r : rows)
                table.row(r.image.brief(), r.merged.profile().blocks().size(), r.merged.profile().instructionsExecuted(), r.merged.fragments(),
                        String.join(", ", r.merged.profile().paths()));
            if (!rows.isEmpty()) System.out.print(table);
            System.out.println(Table.count(rows.size(), "profile") + " in " + cache.path());
        }

        private void one(ProfileStore store, ImageKey key) throws IOException {
            ProfileStore.Merged merged = read(store, key);
            Profile profile = merged.profile();
            if (profile.isEmpty()) throw new Failure(Failure.FAILED, "nothing has been learned about " + image + " in " + cache.path());
            List<Profile.BlockCount> hottest = profile.blocks().values().stream()
                    .sorted(Comparator.comparingDouble((Profile.BlockCount b) -> -(double) b.count() * b.instructions()).thenComparing(Profile.BlockCount::pc))
                    .limit(blocks).toList();
            if (json.wanted) {
                Map<String, Object> out = totals(key, merged);
                out.put("hottest", hottest.stream().map(b -> block(b, profile)).toList());
                System.out.print(Json.of(out));
                return;
            }
            System.out.println("image         " + key);
            System.out.println("seen at       " + String.join(", ", profile.paths()));
            System.out.println("interpreted   " + Table.count(profile.instructionsExecuted(), "guest instruction") + " in " + Table.count(profile.blocks().size(), "block"));
            System.out.println("indirect      " + Table.count(profile.targets().size(), "call or jump site"));
            System.out.println("not merged    " + Table.count(merged.fragments(), "fragment"));
            Table table = new Table(" ADDRESS", " COUNT", " INSTRUCTIONS", " SHARE", "REACHED BY");
            for (Profile.BlockCount b : hottest)
                table.row("0x" + Long.toHexString(b.pc()), b.count(), b.instructions(), String.format(Locale.ROOT, "%.1f%%", 100 * share(b, profile)),
                        Reached.text(b.reached()));
            if (!hottest.isEmpty()) System.out.print(table);
        }

        private static ProfileStore.Merged read(ProfileStore store, ImageKey image) throws IOException {
            ProfileStore.Merged merged = store.read(image);
            merged.skipped().forEach(line -> System.err.println("patina: left out: " + line));
            return merged;
        }

        private static Map<String, Object> totals(ImageKey image, ProfileStore.Merged merged) {
            Profile profile = merged.profile();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("image", image);
            row.put("paths", profile.paths());
            row.put("blocks", profile.blocks().size());
            row.put("instructions_interpreted", profile.instructionsExecuted());
            row.put("indirect_sites", profile.targets().size());
            row.put("fragments_not_merged", merged.fragments());
            row.put("left_out", merged.skipped());
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
