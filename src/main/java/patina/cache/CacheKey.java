package patina.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * Everything a code image depends on, value by value. The file's name and its key are a SHA-256 over all of them; the values themselves stand in
 * the file too, so that a refusal can say which one differs.
 */
public final class CacheKey {
    private final ImageKey image;
    private final SortedMap<String, String> conditions;
    /** Of the conditions: the digest for one more image is short work. */
    private final byte[] conditionsDigest;

    private CacheKey(ImageKey image, SortedMap<String, String> conditions, byte[] conditionsDigest) {
        this.image = image;
        this.conditions = conditions;
        this.conditionsDigest = conditionsDigest;
    }

    /**
     * @param guest     the guest ISA's name; what of it is supported is the toolchain's affair
     * @param toolchain {@link Fingerprint}
     * @param options   how to compile: everything that changes the code
     * @param hostCpu   the host's ISA and CPU features
     * @param layout    {@link #layoutHash} of the CPU state
     */
    public CacheKey(ImageKey image, String guest, String toolchain, String options, String hostCpu, String layout) {
        this(image, conditions(guest, toolchain, options, hostCpu, layout));
    }

    private CacheKey(ImageKey image, SortedMap<String, String> conditions) { this(image, conditions, digest(conditions)); }

    private static SortedMap<String, String> conditions(String guest, String toolchain, String options, String hostCpu, String layout) {
        TreeMap<String, String> m = new TreeMap<>();
        m.put("guest", guest);
        m.put("toolchain", toolchain);
        m.put("options", options);
        m.put("host-cpu", hostCpu);
        m.put("state-layout", layout);
        return m;
    }

    private static byte[] digest(SortedMap<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name).append(' ').append(value.length()).append(' ').append(value).append('\n'));
        return Sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The key of what this program makes of {@code image} now. */
    public static CacheKey of(ImageKey image, Guest guest, String options, String hostCpu) {
        return new CacheKey(image, guest.name(), Fingerprint.toolchain(), options, hostCpu, layoutHash(guest.layout()));
    }

    /** The same for another image: computing the rest once is enough. */
    public CacheKey forImage(ImageKey other) { return new CacheKey(other, conditions, conditionsDigest); }

    public ImageKey image() { return image; }

    /** The ingredients by name, as they stand in a code image. */
    public SortedMap<String, String> ingredients() {
        TreeMap<String, String> m = new TreeMap<>(conditions);
        m.put("image", image.hex());
        return Collections.unmodifiableSortedMap(m);
    }

    /** 32 bytes: SHA-256 of the image's key and the SHA-256 of all else. */
    public byte[] digest() {
        byte[] both = Arrays.copyOf(image.digest(), 2 * ImageKey.BYTES);
        System.arraycopy(conditionsDigest, 0, both, ImageKey.BYTES, ImageKey.BYTES);
        return Sha256.digest(both);
    }

    public String hex() { return HexFormat.of().formatHex(digest()); }

    /**
     * A hash (FNV-1a, 64 bits) over every slot's name, type and offset and the header's offsets that compiled code uses. The toolchain's fingerprint
     * has them too, in the classes that declare them.
     */
    static String layoutHash(StateLayout layout) {
        long hash = 0xcbf29ce484222325L;
        for (int n : new int[] {StateLayout.SIZE, StateLayout.PC, StateLayout.EXIT_REASON, StateLayout.EXIT_DETAIL, StateLayout.DISPATCH, StateLayout.EXIT,
            StateLayout.JUMP_CACHE, StateLayout.JUMP_CACHE_ENTRIES, StateLayout.SHADOW_STACK, StateLayout.SHADOW_ENTRIES, StateLayout.SHADOW_TOP,
            StateLayout.POLL, StateLayout.NATIVE_INSTRUCTIONS, StateLayout.REGISTERS, StateLayout.PINNED_INTEGERS, StateLayout.VECTORS,
            StateLayout.PINNED_VECTORS}) hash = fnv(hash, n);
        for (Slot s : layout.slots()) {
            for (int i = 0; i < s.name().length(); i++) hash = fnv(hash, s.name().charAt(i));
            hash = fnv(fnv(fnv(hash, s.type().lane().ordinal()), s.type().lanes()), s.offset());
        }
        return Long.toHexString(hash);
    }

    private static long fnv(long hash, int value) { return (hash ^ value) * 0x100000001b3L; }
}
