package patina.oracle;

import java.util.List;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;

/**
 * One instruction of a case.
 *
 * @param relativeAt where a RIP-relative displacement is, or -1: it is set so that the operand stays where it is wherever the instruction stands
 * @param target     the address of that operand
 */
record Piece(byte[] bytes, int relativeAt, long target) {
    static Piece of(byte[] bytes) { return new Piece(bytes, -1, 0); }

    static byte[] join(List<Piece> pieces) {
        byte[] code = new byte[pieces.stream().mapToInt(p -> p.bytes.length).sum()];
        int at = 0;
        for (Piece p : pieces) {
            System.arraycopy(p.bytes, 0, code, at, p.bytes.length);
            if (p.relativeAt >= 0) {
                int distance = (int) (p.target - (Layout.CODE + at + p.bytes.length));
                for (int i = 0; i < 4; i++) code[at + p.relativeAt + i] = (byte) (distance >>> 8 * i);
            }
            at += p.bytes.length;
        }
        return code;
    }

    Insn insn() { return (Insn) new Decoder(Decoder.Mode.BITS_64).decode(bytes, 0, bytes.length, Layout.CODE); }
}
