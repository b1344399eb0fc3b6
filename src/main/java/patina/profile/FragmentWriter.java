package patina.profile;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import patina.ir.ImageKey;

/**
 * One run's counts of one image, on their way to {@code CACHE/profiles/<image>/<run>.fragment}. Counts are added, then committed as a
 * batch; what is committed survives the death of the process. Counts are what came on top since the last commit.
 *
 * <p>No lock is taken. A merge renames the fragment before it reads it; a commit that finds its file gone afterwards writes the batch
 * again into a new one, so a batch may, rarely, count twice, and is never lost. No descriptor stays open between commits.
 * Not thread-safe.
 */
public final class FragmentWriter {
    private final ImageKey image;
    private final File file;
    private final String imagePath;
    private final Packed records = new Packed();
    private String problem;

    /** {@code imagePath}: where the image was seen; null if nowhere. */
    public FragmentWriter(Path profiles, ImageKey image, String run, String imagePath) {
        this.image = image;
        this.file = profiles.resolve(image.hex()).resolve(run + ProfileStore.FRAGMENT).toFile();
        this.imagePath = imagePath;
    }

    public void block(long pc, long count, int instructions, int reached) { records.block(pc, count, instructions, reached); }

    /** An indirect call or jump and a place it went to, both image-relative. */
    public void target(long site, long target, long count) { records.target(site, target, count); }

    /** Appends what was added since the last commit. False: it could not be written; {@link #problem} says why, and nothing more is tried. */
    public boolean commit() {
        if (records.size() == 0) return true;
        if (problem != null) { records.clear(); return false; }
        try {
            File directory = file.getParentFile();
            if (!directory.isDirectory() && !directory.mkdirs() && !directory.isDirectory()) throw new IOException("cannot make " + directory);
            if (imagePath != null) records.path(imagePath);
            byte[] batch = ProfileFile.batch(records);
            append(batch);
            if (!file.exists()) append(batch);
        } catch (IOException e) {
            problem = e.getMessage();
        }
        records.clear();
        return problem == null;
    }

    private void append(byte[] batch) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
            out.seek(out.length());
            if (out.length() == 0) out.write(ProfileFile.header(image));
            out.write(batch);
        }
    }

    /** Why commits fail; null while they do not. */
    public String problem() { return problem; }
}
