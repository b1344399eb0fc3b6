package patina.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;

/** One instruction of a case, or some that belong together. */
record Piece(byte[] bytes, List<Insn> insns, Fix fix) {
    private static final Decoder DECODER = new Decoder(Decoder.Mode.BITS_64);
    private static final int LONGEST = 15;

    /**
     * A displacement relative to the piece's end, which depends on where it stands.
     *
     * @param at     offset in the piece
     * @param size   1 or 4 bytes
     * @param target the address that it leads to, or 0:
     * @param skip   how many pieces further on the piece after this one is; negative: back
     */
    record Fix(int at, int size, long target, int skip) {}

    static Piece of(byte[] bytes) { return new Piece(bytes, decode(bytes), null); }

    static Piece of(int... bytes) { return of(bytes(bytes)); }

    static Piece relative(byte[] bytes, int at, long target) { return new Piece(bytes, decode(bytes), new Fix(at, 4, target, 0)); }

    /** The instruction's last bytes lead so many pieces further. */
    static Piece skip(int skip, int size, int... opcode) {
        byte[] bytes = Arrays.copyOf(bytes(opcode), opcode.length + size);
        return new Piece(bytes, decode(bytes), new Fix(opcode.length, size, 0, skip));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    private static List<Insn> decode(byte[] bytes) {
        List<Insn> insns = new ArrayList<>(1);
        for (int at = 0; at < bytes.length; at += insns.getLast().length()) insns.add((Insn) DECODER.decode(bytes, at, Math.min(LONGEST, bytes.length - at), Layout.CODE));
        return insns;
    }

    static byte[] join(List<Piece> pieces) {
        int[] starts = new int[pieces.size() + 1];
        for (int i = 0; i < pieces.size(); i++) starts[i + 1] = starts[i] + pieces.get(i).bytes.length;
        byte[] code = new byte[starts[pieces.size()]];
        for (int i = 0; i < pieces.size(); i++) {
            Piece p = pieces.get(i);
            System.arraycopy(p.bytes, 0, code, starts[i], p.bytes.length);
            Fix f = p.fix;
            if (f == null) continue;
            long target = f.target != 0 ? f.target : Layout.CODE + starts[Math.clamp(i + 1 + f.skip, 0, pieces.size())];
            long distance = target - (Layout.CODE + starts[i + 1]);
            if (f.size == 1 && distance != (byte) distance) distance = 0;
            for (int j = 0; j < f.size; j++) code[starts[i] + f.at + j] = (byte) (distance >>> 8 * j);
        }
        return code;
    }

    /** The last one. */
    Insn insn() { return insns.getLast(); }
}
