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

    /** A file as the kernel names it at the time it was mapped. Times in nanoseconds. */
    public record FileId(long device, long inode, long size, long modified, long changed, String path) {}

    public long length() { return end - start; }

    public boolean contains(long address) { return address >= start && address < end; }

    public boolean executable() { return (protection & Protection.EXECUTE) != 0; }
    public boolean writable() { return (protection & Protection.WRITE) != 0; }
    public boolean readable() { return (protection & Protection.READ) != 0; }
}
