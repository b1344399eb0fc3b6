package patina.optimize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import patina.guest.CodeSource;
import patina.guest.Guest;
import patina.ir.Block;
import patina.ir.ObjectCode;
import patina.ir.Region;
import patina.profile.Profile;

/**
 * What is to be compiled of an image, given its profile and the code there is, the hottest first. After it has been carried out everything
 * that the profile knows is native:
 * <ul><li>each entry of the partition has a region, and
 * <li>a region that leaves by a direct exit to executed code that is not an entry was made when less was known: it is compiled again and
 *     grows. Other code is kept, even where a later partition would cut it differently: it is not wrong, only longer than needed.</ul>
 *
 * @param wanted    to compile, hottest first
 * @param partition all regions, by entry
 */
public record Plan(List<Region> wanted, List<Region> partition) {

    static Plan of(Profile profile, Guest guest, CodeSource code, Collection<ObjectCode> existing) {
        return of(profile, guest, code, existing, new Blocks.Lifted());
    }

    /** {@code code} reads the image at image-relative addresses: its file, or memory at the load bias. */
    static Plan of(Profile profile, Guest guest, CodeSource code, Collection<ObjectCode> existing, Blocks.Lifted lifted) {
        SortedMap<Long, Block> blocks = Blocks.executed(guest, code, profile, lifted);
        Set<Long> known = existing.stream().map(ObjectCode::entry).collect(Collectors.toSet());
        List<Region> partition = RegionChooser.choose(profile, blocks, known);
        Set<Long> inside = new HashSet<>();
        for (Region r : partition) inside.addAll(r.blocks().keySet());
        partition.forEach(r -> inside.remove(r.entry()));
        Set<Long> outgrown = new HashSet<>();
        for (ObjectCode c : existing)
            if (c.relocations().stream().anyMatch(r -> r.target() == ObjectCode.Target.REGION && inside.contains(r.value()))) outgrown.add(c.entry());
        List<Region> wanted = new ArrayList<>();
        for (Region r : partition) if (!known.contains(r.entry()) || outgrown.contains(r.entry())) wanted.add(r);
        LookAhead ahead = new LookAhead(guest, code);
        wanted.replaceAll(ahead::extend);
        Map<Long, Long> heat = new HashMap<>();
        for (Region r : wanted) heat.put(r.entry(), heat(r, profile));
        wanted.sort(Comparator.comparingLong((Region r) -> -heat.get(r.entry())).thenComparingLong(Region::entry));
        return new Plan(List.copyOf(wanted), partition);
    }

    /** Guest instructions that the interpreter spent in the region's blocks. */
    private static long heat(Region region, Profile profile) {
        long sum = 0;
        for (Block b : region.blocks().values()) {
            var seen = profile.blocks().get(b.pc());
            if (seen != null) sum += Math.min(seen.count(), 1L << 40) * b.instructions(); // far below overflow, far above any second of work
        }
        return sum;
    }
}
