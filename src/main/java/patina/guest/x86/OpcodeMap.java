package patina.guest.x86;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One map of 256 opcodes. Rows are found by opcode when the map is made, and parsed when their opcode is first met: a run
 * pays only for the instructions it has. Threads may race to parse a cell; they come to equal, immutable results.
 */
final class OpcodeMap {
    static final OpcodeMap ONE_BYTE = new OpcodeMap(OneByteRows.ROWS), X87 = new OpcodeMap(X87Rows.ROWS);

    /** After 0F. Apart, as those after 0F 38 and 0F 3A, for the sake of what never uses it. */
    static final class Two { static final OpcodeMap MAP = new OpcodeMap(TwoByteRows.ROWS); }

    static final class Three38 { static final OpcodeMap MAP = new OpcodeMap(ThreeByteRows.ROWS_38); }

    static final class Three3A { static final OpcodeMap MAP = new OpcodeMap(ThreeByteRows.ROWS_3A); }

    /** What is known of an opcode before its ModRM byte. */
    record Cell(Form[] forms, boolean modrm, boolean ignoresMod) {

        /** The form for a situation, or null. */
        Form select(int situation) {
            for (Form form : forms) if (form.applies(situation)) return form;
            return null;
        }
    }

    private final String rows;
    /** For each row its first and last opcode and where it begins, as first | last << 8 | begin << 16. */
    private final int[] index;
    private final Cell[] cells = new Cell[256];

    private OpcodeMap(String rows) {
        this.rows = rows;
        int[] found = new int[256];
        int count = 0;
        for (int begin = 0; begin < rows.length(); begin = rows.indexOf('\n', begin) + 1) {
            int first = hex(begin), last = rows.charAt(begin + 2) == '-' ? hex(begin + 3) : first;
            if (count == found.length) found = Arrays.copyOf(found, 2 * count);
            found[count++] = first | last << 8 | begin << 16;
        }
        index = Arrays.copyOf(found, count);
    }

    Cell cell(int opcode) {
        Cell cell = cells[opcode];
        return cell != null ? cell : (cells[opcode] = parse(opcode));
    }

    private Cell parse(int opcode) {
        List<Form> forms = new ArrayList<>();
        for (int row : index) {
            if ((row & 0xFF) <= opcode && opcode <= (row >> 8 & 0xFF)) {
                int begin = row >>> 16;
                Form.parse(rows.substring(begin, rows.indexOf('\n', begin)), forms);
            }
        }
        boolean modrm = false, ignoresMod = false;
        for (Form form : forms) {
            modrm |= form.hasModrm();
            ignoresMod |= form.ignoresMod();
        }
        return new Cell(forms.toArray(new Form[0]), modrm, ignoresMod);
    }

    private int hex(int at) { return Character.digit(rows.charAt(at), 16) << 4 | Character.digit(rows.charAt(at + 1), 16); }
}
