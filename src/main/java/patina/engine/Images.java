package patina.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import patina.cache.CacheKey;
import patina.cache.ContentIndex;
import patina.cache.Lookup;
import patina.cache.Store;
import patina.code.AttachedCode;
import patina.code.CodeImage;
import patina.host.CodeArena;
import patina.host.FileDigest;
import patina.image.Bytes;
import patina.image.ElfImage;
import patina.ir.ImageKey;
import patina.linux.LaunchSpec;
import patina.memory.AddressSpace;
import patina.memory.Mapping;

/**
 * The guest images in an address space, and their native code: attached when a file is mapped executable, dropped with the mapping, as far as that goes.
 * The list is replaced as a whole, so that it may be read from any thread.
 */
final class Images implements AddressSpace.Listener {
    /** Told when native code or lifted blocks of a range must not be used any more, before the range changes meaning. */
    interface Forget { void range(long start, long end); }

    private final AddressSpace memory;
    private final Store store;
    private final ContentIndex index;
    private final Attachments attachments;
    private Variant variant = Variant.FAST;
    private CacheKey keys;
    private final Runnable beforeDigest;
    private final Forget forget;
    private volatile List<LoadedImage> images = List.of();
    private final List<Refusal> refusals = new ArrayList<>();
    long bytesMapped;
    int regionsAttached, hits;

    /** {@code store}: null where the cache is not to be used; then images are identified only if {@code index} is there, for the profile. */
    Images(AddressSpace memory, Store store, ContentIndex index, Attachments attachments, CacheKey keys, Runnable beforeDigest, Forget forget) {
        this.attachments = attachments;
        this.memory = memory;
        this.store = store;
        this.index = index;
        this.keys = keys;
        this.beforeDigest = beforeDigest;
        this.forget = forget;
    }

    /** The same images in a copy of their address space. */
    synchronized Images in(AddressSpace copy, Forget told) {
        Images same = new Images(copy, store, index, attachments, keys, beforeDigest, told);
        same.variant = variant;
        same.images = images;
        return same;
    }

    List<LoadedImage> all() { return images; }

    synchronized List<Refusal> refusals() { return List.copyOf(refusals); }

    /** Whether code in [start, end) belongs to an image. */
    boolean touches(long start, long end) {
        for (LoadedImage image : images) if (image.start() < end && image.end() > start) return true;
        return false;
    }

    /** The image that holds {@code pc}, or null. */
    LoadedImage at(long pc) {
        for (LoadedImage image : images) if (image.contains(pc)) return image;
        return null;
    }

    @Override public synchronized void mapped(Mapping m) {
        if (index == null || !m.executable() || m.file() == null || m.changes() || at(m.start()) != null) return;
        LoadedImage seen = attachments.seen(m, variant);
        // the pages may have been written before they were made code again
        if (seen != null && seen.code().stream().anyMatch(code -> firstDifference(code) != -1)) seen = null;
        if (seen == null) Descriptors.withFiles(() -> attach(m));
        else adopt(seen);
    }

    private void adopt(LoadedImage image) {
        List<LoadedImage> more = new ArrayList<>(images);
        more.add(image);
        images = List.copyOf(more);
        hits++;
        for (AttachedCode code : image.code()) regionsAttached += code.image.regions();
    }

    private void attach(Mapping m) {
        Mapping.FileId f = m.file();
        String path = LaunchSpec.text(f.path());
        try {
            ImageKey key = index.key(new ContentIndex.FileState(f.device(), f.inode(), f.size(), f.modified(), f.changed()),
                    System.currentTimeMillis() * 1_000_000, () -> identify(f, Path.of(path)));
            long bias = m.start() - m.offset() - addressMinusOffset(path, m.offset());
            add(new LoadedImage(key, path, m.start(), m.end(), bias, List.of()));
            attachments.saw(m, variant, at(m.start()));
        } catch (IOException e) {
            refusals.add(new Refusal(path, "cannot be identified: " + e.getMessage()));
        }
    }

    /** The content of the mapped file, which its path may not lead to any more. */
    private ImageKey identify(Mapping.FileId f, Path path) throws IOException {
        boolean fast = FileDigest.isFast();
        if (!fast) beforeDigest.run();
        ImageKey key = fast ? ImageKey.ofDigest(FileDigest.sha256(path)) : ImageKey.of(path);
        if (!Files.getAttribute(path, "unix:ino").equals(f.inode())) throw new IOException("was replaced while it was read");
        return key;
    }

    /** From here on only code of another variant is used: what is attached is left, and looked for anew. On the guest's thread. */
    synchronized void use(Variant other, CacheKey others) {
        variant = other;
        keys = others;
        List<LoadedImage> old = images;
        images = List.of();
        for (LoadedImage i : old) add(new LoadedImage(i.key(), i.path(), i.start(), i.end(), i.bias(), List.of()));
    }

    private void add(LoadedImage image) {
        AttachedCode code = store == null ? null : attach(image);
        List<LoadedImage> more = new ArrayList<>(images);
        // all of the image's bytes are right again: its other stretches, which had lost their code with this one, have it back
        if (code != null) more.replaceAll(i -> i.code().isEmpty() && i.bias() == image.bias() && i.key().equals(image.key()) ? i.with(code, 0) : i);
        more.add(code == null ? image : image.with(code, 0));
        images = List.copyOf(more);
    }

    private AttachedCode attach(LoadedImage image) {
        AttachedCode known = attachments.find(image.key(), image.bias(), variant);
        if (known != null && firstDifference(known) == -1) {
            hits++;
            regionsAttached += known.image.regions();
            return known;
        }
        Lookup lookup = store.find(keys.forImage(image.key()));
        if (lookup instanceof Lookup.Found found) return attach(image, found.image());
        Lookup.Refused r = (Lookup.Refused) lookup;
        refuse(image, r.message());
        if (r.reason() == Lookup.Reason.CORRUPT || r.reason() == Lookup.Reason.WRONG_OWNER) store.reopen(keys.forImage(image.key()));
        return null;
    }

    private AttachedCode attach(LoadedImage image, CodeImage found) {
        try {
            AttachedCode code = AttachedCode.attach(found, image.bias(), CodeArena.get());
            long different = firstDifference(code);
            if (different == -1) {
                bytesMapped += found.fileSize();
                hits++;
                regionsAttached += found.regions();
                attachments.add(image.key(), variant, code);
                return code;
            }
            code.detach();
            found.close();
            refuse(image, Lookup.Reason.GUEST_CHANGED.text + " at 0x" + Long.toHexString(different));
        } catch (IOException e) {
            refuse(image, e.getMessage());
        }
        return null;
    }

    private long firstDifference(AttachedCode code) { return code.firstDifference(memory::codeAddress); }

    /**
     * From the compiler thread: code made in the run is found from here on; it holds all that the image's {@code replaced} newest codes have.
     * False if the image is not there any more, its bytes are not those that the code was made from, or the process has come to need code of
     * another variant than {@code of}.
     */
    synchronized boolean publish(Variant of, ImageKey key, long bias, CodeImage made, int replaced) throws IOException {
        if (of != variant) return false;
        List<LoadedImage> more = new ArrayList<>(images);
        AttachedCode code = null;
        for (int i = 0; i < more.size(); i++) {
            LoadedImage image = more.get(i);
            if (image.bias() != bias || !image.key().equals(key)) continue;
            if (code == null) code = AttachedCode.attach(made, bias, CodeArena.get());
            long different = firstDifference(code);
            if (different != -1) {
                code.detach();
                refuse(image, Lookup.Reason.GUEST_CHANGED.text + " at 0x" + Long.toHexString(different));
                return false;
            }
            more.set(i, image.with(code, replaced));
        }
        images = List.copyOf(more);
        return code != null;
    }

    private void refuse(LoadedImage image, String reason) { refusals.add(new Refusal(image.path(), reason)); }

    /** A virtual address minus its file offset in the segment that holds the offset. */
    private static long addressMinusOffset(String path, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path, "r")) {
            ElfImage.Parsed parsed = ElfImage.parse(Bytes.of(file));
            if (!(parsed instanceof ElfImage.Good good)) throw new IOException(((ElfImage.Bad) parsed).reason());
            for (ElfImage.Segment s : good.image().segments())
                if (offset >= (s.offset() & -AddressSpace.PAGE) && offset < s.offset() + s.fileSize()) return s.address() - s.offset();
            throw new IOException("no segment at file offset " + offset);
        }
    }

    /** The loader maps some libraries' text together with what follows it, and then takes that away. */
    @Override public synchronized void removed(long start, long end) {
        Descriptors.withFiles(() -> forget.range(start, end));
        if (!touches(start, end)) return;
        List<LoadedImage> left = new ArrayList<>();
        for (LoadedImage image : images) {
            if (image.start() >= end || image.end() <= start) left.add(image);
            else left.addAll(image.without(start, end, image.code().stream().filter(c -> firstDifference(c) == -1).toList()));
        }
        images = List.copyOf(left);
    }
}
