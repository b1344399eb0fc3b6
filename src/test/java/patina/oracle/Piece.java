package patina.oracle;

import java.util.List;
import patina.guest.x86.Decoder;
import patina.guest.x86.Insn;

/**
 * One instruction of a case.
 *
 * @param relativeAt where a RIP-relative displacement is, or -1: it is set so that the operand stays where it is wherever the instruction stands
 * @param target     the address of that operand
 * @param skips      a conditional jump over the next instruction, which its last byte is set to do
 */
record Piece(byte[] bytes, int relativeAt, long target, boolean skips) {
    static Piece of(byte[] bytes) { return new Piece(bytes, -1, 0, false); }

    static Piece relative(byte[] bytes, int relativeAt, long target) { return new Piece(bytes, relativeAt, target, false); }

    static Piece skip(int condition) { return new Piece(new byte[] {(byte) (0x70 + condition), 0}, -1, 0, true); }

    static byte[] join(List<Piece> pieces) {
        byte[] code = new byte[pieces.stream().mapToInt(p -> p.bytes.length).sum()];
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            Piece p = pieces.get(i);
            System.arraycopy(p.bytes, 0, code, at, p.bytes.length);
            if (p.relativeAt >= 0) {
                int distance = (int) (p.target - (Layout.CODE + at + p.bytes.length));
                for (int j = 0; j < 4; j++) code[at + p.relativeAt + j] = (byte) (distance >>> 8 * j);
            }
            at += p.bytes.length;
            if (p.skips && i + 1 < pieces.size()) code[at - 1] = (byte) pieces.get(i + 1).bytes.length;
        }
        return code;
    }

    Insn insn() { return (Insn) new Decoder(Decoder.Mode.BITS_64).decode(bytes, 0, bytes.length, Layout.CODE); }
}
