package patina.cache;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import patina.guest.Guest;
import patina.ir.ImageKey;
import patina.ir.Sha256;
import patina.ir.Slot;
import patina.ir.StateLayout;

/**
 * Everything a code image depends on, value by value. The file's name and its key are the SHA-256 over all of them; the values themselves
 * stand in the file too, so that a refusal can say which one differs.
 *
 * @param guest     the guest ISA's name; what of it is supported is the toolchain's affair
 * @param toolchain {@link Fingerprint}
 * @param options   how to compile: everything that changes the code
 * @param hostCpu   the host's ISA and CPU features
 * @param layout    {@link #layoutText} of the CPU state
 */
public record CacheKey(ImageKey image, String guest, String toolchain, String options, String hostCpu, String layout) {

    /** The key of what this program makes of {@code image} now. */
    public static CacheKey of(ImageKey image, Guest guest, String options, String hostCpu) {
        return new CacheKey(image, guest.name(), Fingerprint.toolchain(), options, hostCpu, layoutHash(guest.layout()));
    }

    /** The same for another image: computing the rest once is enough. */
    public CacheKey forImage(ImageKey other) { return new CacheKey(other, guest, toolchain, options, hostCpu, layout); }

    /** The ingredients by name, as they stand in a code image. */
    public SortedMap<String, String> ingredients() {
        TreeMap<String, String> m = new TreeMap<>();
        m.put("image", image.hex());
        m.put("guest", guest);
        m.put("toolchain", toolchain);
        m.put("options", options);
        m.put("host-cpu", hostCpu);
        m.put("state-layout", layout);
        return Collections.unmodifiableSortedMap(m);
    }

    /** 32 bytes. */
    public byte[] digest() {
        StringBuilder text = new StringBuilder();
        ingredients().forEach((name, value) -> text.append(name).append(' ').append(value.length()).append(' ').append(value).append('\n'));
        return Sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    public String hex() { return HexFormat.of().formatHex(digest()); }

    /** A hash over every slot's name, type and offset and the header's offsets that compiled code uses. */
    static String layoutHash(StateLayout layout) {
        StringBuilder text = new StringBuilder().append(StateLayout.SIZE).append(' ').append(StateLayout.PC).append(' ')
                .append(StateLayout.EXIT_REASON).append(' ').append(StateLayout.EXIT_DETAIL).append(' ').append(StateLayout.DISPATCH).append(' ')
                .append(StateLayout.EXIT).append(' ').append(StateLayout.JUMP_CACHE).append(' ').append(StateLayout.JUMP_CACHE_ENTRIES).append(' ')
                .append(StateLayout.SHADOW_STACK).append(' ').append(StateLayout.SHADOW_ENTRIES).append(' ').append(StateLayout.SHADOW_TOP)
                .append(' ').append(StateLayout.POLL).append(' ').append(StateLayout.NATIVE_INSTRUCTIONS).append(' ')
                .append(StateLayout.REGISTERS).append(' ').append(StateLayout.PINNED_INTEGERS).append(' ').append(StateLayout.VECTORS)
                .append(' ').append(StateLayout.PINNED_VECTORS).append('\n');
        for (Slot s : layout.slots()) text.append(s.name()).append(' ').append(s.type()).append(' ').append(s.offset()).append('\n');
        return HexFormat.of().formatHex(Sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)), 0, 8);
    }
}
