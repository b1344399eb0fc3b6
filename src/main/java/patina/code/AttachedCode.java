package patina.code;

import java.io.IOException;
import patina.host.CodeArena;
import patina.host.HostMemory;
import patina.host.Native;
import patina.host.Raw;
import patina.host.Syscall;

/**
 * A code image in the code arena, for one guest image at one load bias: the file as it is, its text executable and shared with everybody
 * who runs it, its .data a private copy that holds the bias. Nothing in it may run before {@link #firstDifference} has said -1.
 */
public final class AttachedCode {
    /** Where guest memory is for the host. */
    @FunctionalInterface public interface GuestView {
        /** Host address of [guestAddress, guestAddress + length) if all of it may be executed and not written, else 0. */
        long hostAddress(long guestAddress, long length);
    }

    public final CodeImage image;
    /** Guest address minus image-relative address. */
    public final long bias;
    private final CodeArena arena;
    /** Host address of the file's first byte. */
    private final long base;

    private AttachedCode(CodeImage image, long bias, CodeArena arena, long base) {
        this.image = image;
        this.bias = bias;
        this.arena = arena;
        this.base = base;
        Raw.putLong(base + image.offset(Part.DATA), bias);
    }

    /** Maps a file's code image or copies one made in memory. Throws if the arena is full, the kernel refuses, or the file is another by now. */
    public static AttachedCode attach(CodeImage image, long bias, CodeArena arena) throws IOException {
        long base = image.path() == null ? copy(image, arena) : map(image, arena);
        return new AttachedCode(image, bias, arena, base);
    }

    private static long copy(CodeImage image, CodeArena arena) throws IOException {
        long base = full(arena.allocate(image.fileSize()));
        Raw.copy(image.bytes().array(), 0, base, image.fileSize());
        arena.seal(base + image.offset(Part.TEXT), image.offset(Part.DATA) - image.offset(Part.TEXT));
        return base;
    }

    private static long map(CodeImage image, CodeArena arena) throws IOException {
        int fd = Bytes.open(image.path());
        try {
            long base = full(arena.take(image.fileSize()));
            int text = image.offset(Part.TEXT), data = image.offset(Part.DATA);
            Bytes.must("map", image.path(), arena.map(base, image.fileSize(), HostMemory.READ, fd, 0));
            if (Raw.getInt(base + Header.CHECKSUM) != image.checksum()) throw new IOException(image.path() + " was replaced while it was opened");
            Bytes.must("map", image.path(), arena.map(base + text, data - text, HostMemory.READ | HostMemory.EXECUTE, fd, text));
            Bytes.must("map", image.path(), arena.map(base + data, ElfFile.PAGE, HostMemory.READ | HostMemory.WRITE, fd, data));
            return base;
        } finally {
            Syscall.call(Syscall.CLOSE, fd);
        }
    }

    private static long full(long address) throws IOException {
        if (address == 0) throw new IOException("no room for more native code (" + CodeArena.SIZE + " bytes)");
        return address;
    }

    /** Compares the guest's memory with the bytes that the code was made from: guest address of the first stretch that differs, or -1. */
    public long firstDifference(GuestView memory) {
        int spans = image.size(Part.SPANS) / Part.SPANS.row;
        if (spans == 0) return -1;
        long rows = base + image.offset(Part.SPANS), made = base + image.offset(Part.GUEST), last = rows + (long) Part.SPANS.row * (spans - 1);
        long from = Raw.getLong(rows), to = Raw.getLong(last) + Raw.getInt(last + 8), all = memory.hostAddress(bias + from, to - from);
        if (all != 0 && Native.differs(rows, spans, all - from, made) == 0) return -1;
        for (long row = rows; row <= last; row += Part.SPANS.row) {
            long guest = bias + Raw.getLong(row), length = Raw.getInt(row + 8);
            long now = memory.hostAddress(guest, length);
            if (now == 0 || Native.mismatch(now, made + Raw.getInt(row + 12), length) != -1) return guest;
        }
        return -1;
    }

    /** Host address of the native code for a guest address; 0 if there is none. */
    public long hostEntry(long guestPc) {
        int region = image.find(guestPc - bias);
        return region < 0 ? 0 : textAddress() + image.textOffset(region);
    }

    /** Whether a host address lies in this code, thunks included. */
    public boolean contains(long hostPc) { return hostPc >= textAddress() && hostPc < textAddress() + image.size(Part.TEXT); }

    /** Guest address of the region whose code holds a host address; -1 for none (a thunk). */
    public long guestEntry(long hostPc) {
        int region = image.regionAt(hostPc - textAddress());
        return region < 0 ? -1 : bias + image.entry(region);
    }

    private long textAddress() { return base + image.offset(Part.TEXT); }

    /** Takes it out of memory. No thread may be in it, no jump cache and no shadow stack may lead to it. */
    public void detach() { arena.release(base, image.fileSize()); }
}
