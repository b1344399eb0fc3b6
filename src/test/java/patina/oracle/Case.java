package patina.oracle;

import java.util.ArrayList;
import java.util.List;
import patina.guest.x86.Insn;
import patina.guest.x86.Text;

/** Instructions and the state that they start from. */
record Case(List<Piece> pieces, byte[] code, State before) {
    Case(List<Piece> pieces, State before) { this(pieces, Piece.join(pieces), before); }

    Case from(State another) { return new Case(pieces, code, another); }

    Case prefix(int count) { return new Case(pieces.subList(0, count), before); }

    Case without(int i) {
        List<Piece> rest = new ArrayList<>(pieces);
        rest.remove(i);
        return new Case(rest, before);
    }

    Insn last() { return pieces.getLast().insn(); }

    /** How many instructions end before this offset. */
    int index(int offset) {
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            if (at == offset) return i;
            at += pieces.get(i).bytes().length;
        }
        return pieces.size();
    }

    String text() {
        StringBuilder s = new StringBuilder();
        for (Piece p : pieces) for (Insn insn : p.insns()) s.append(s.isEmpty() ? "" : "; ").append(Text.toText(insn));
        return s.toString();
    }
}
