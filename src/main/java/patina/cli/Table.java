package patina.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text in columns, two blanks apart; columns whose heading begins with a blank are numbers and stand to the right. */
final class Table {
    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) { rows.add(headings); }

    Table row(Object... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) row[i] = String.valueOf(cells[i]);
        rows.add(row);
        return this;
    }

    @Override public String toString() {
        String[] headings = rows.getFirst();
        int[] width = new int[headings.length];
        for (String[] row : rows) for (int i = 0; i < row.length; i++) width[i] = Math.max(width[i], row[i].strip().length());
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String cell = row[i].strip(), padding = " ".repeat(width[i] - cell.length());
                line.append(i == 0 ? "" : "  ").append(headings[i].startsWith(" ") ? padding + cell : cell + padding);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    /** A number of bytes for people. */
    static String size(long bytes) {
        int thousands = Math.min(UNITS.length - 1, (63 - Long.numberOfLeadingZeros(bytes | 1)) / 10);
        return thousands == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", bytes / (double) (1L << 10 * thousands), UNITS[thousands]);
    }

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** "1 region", "2 regions". */
    static String count(long n, String what) { return n + " " + what + (n == 1 ? "" : "s"); }
}
