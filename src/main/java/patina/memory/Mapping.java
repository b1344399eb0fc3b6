package patina.memory;

/**
 * A run of guest pages with one origin and one protection.
 *
 * @param start  guest address, page-aligned
 * @param end    first address after it
 * @param file   what is mapped, null for anonymous memory
 * @param offset file offset of {@code start}
 * @param label  for /proc/self/maps: a path, "[stack]", "[heap]" or ""
 */
public record Mapping(long start, long end, int protection, boolean shared, FileId file, long offset, String label) {

    /** A file as the kernel names it at the time it was mapped, one char per byte. Times in nanoseconds. */
    public record FileId(long device, long inode, long size, long modified, long changed, String path) {
        /** A System V segment, as the kernel makes a file of it (ipc/shm.c, newseg). */
        static FileId segment(long device, int id, long size, int key) {
            return new FileId(device, id, size, 0, 0, SEGMENT.concat("0".repeat(Integer.numberOfLeadingZeros(key | 1) / 4)).concat(Integer.toHexString(key)).concat(" (deleted)"));
        }

        private static final String SEGMENT = "/SYSV";

        /** No other file has such a name and neither of the times. */
        boolean isSegment() { return modified == 0 && changed == 0 && path.startsWith(SEGMENT); }

        /** equals() without the bootstrap that a record's own costs at start-up. */
        public boolean same(FileId other) {
            return this == other || other != null && device == other.device && inode == other.inode && size == other.size
                    && modified == other.modified && changed == other.changed;
        }
    }

    public long length() { return end - start; }

    public boolean contains(long address) { return address >= start && address < end; }

    /** The pages [from, to) of this. */
    Mapping part(long from, long to) {
        return from == start && to == end ? this : new Mapping(from, to, protection, shared, file, file == null ? 0 : offset + (from - start), label);
    }

    Mapping withProtection(int other) { return new Mapping(start, end, other, shared, file, offset, label); }

    /** Whether this and {@code next} are one mapping. Two pieces of shared anonymous memory are not: each has its own object in the kernel. */
    boolean joins(Mapping next) {
        return end == next.start && protection == next.protection && shared == next.shared && label.equals(next.label)
                && (file == null ? next.file == null && !shared : file.same(next.file) && offset + length() == next.offset);
    }

    Mapping join(Mapping next) { return new Mapping(start, next.end, protection, shared, file, offset, label); }

    public boolean executable() { return (protection & Protection.EXECUTE) != 0; }
    public boolean writable() { return (protection & Protection.WRITE) != 0; }
    /** Its bytes may change without a change of mappings: shared memory may be written through another mapping, or a descriptor. */
    public boolean changes() { return writable() || shared; }
    public boolean readable() { return (protection & Protection.READ) != 0; }
}
