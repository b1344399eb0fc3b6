package patina.guest.x86;

/** The four aggregations of the string comparisons, with what counts for elements beyond the strings' ends (SDM vol. 2, 4.1.4-4.1.6). */
final class SseStrings {
    private SseStrings() {}

    private static final int EQUAL_ANY = 0, RANGES = 1, EQUAL_EACH = 2;

    /** One bit for each element of b (for EQUAL_ORDERED, each place in b). Elements are sign- or zero-extended. */
    static int compare(int[] a, int lengthA, int[] b, int lengthB, int aggregation) {
        int result = 0;
        for (int i = 0; i < b.length; i++) {
            boolean holds = switch (aggregation) {
                case EQUAL_ANY -> i < lengthB && isAnyOf(b[i], a, lengthA);
                case RANGES -> i < lengthB && isInRange(b[i], a, lengthA);
                case EQUAL_EACH -> i < lengthA && i < lengthB ? a[i] == b[i] : i >= lengthA && i >= lengthB;
                default -> startsAt(i, a, lengthA, b, lengthB);
            };
            if (holds) result |= 1 << i;
        }
        return result;
    }

    private static boolean isAnyOf(int x, int[] set, int length) {
        for (int i = 0; i < length; i++) if (set[i] == x) return true;
        return false;
    }

    /** The set holds pairs (first, last). */
    private static boolean isInRange(int x, int[] set, int length) {
        for (int i = 0; i + 1 < length; i += 2) if (set[i] <= x && x <= set[i + 1]) return true;
        return false;
    }

    /** Whether a begins at place i of b; what lies beyond the register counts as found. */
    private static boolean startsAt(int i, int[] a, int lengthA, int[] b, int lengthB) {
        for (int j = 0; j < lengthA && i + j < b.length; j++) if (i + j >= lengthB || a[j] != b[i + j]) return false;
        return true;
    }
}
