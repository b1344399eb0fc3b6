package patina.code;

/**
 * The parts of a code image: each is a section of the ELF file, and its place is a row (offset, size) in the header. Numbers are
 * little-endian. Rows of tables have a fixed size, so that they are searched where they lie.
 */
enum Part {
    /** Regions by ascending guest address, 16-aligned, then thunks for targets that have no region. */
    TEXT(".text", 1),
    /** The load bias word, then room for link slots; a private copy for each attachment. */
    DATA(".data", 8),
    /** entry 8, text offset 4, length 4, instructions 4, first range 4, ranges 4, first relocation 4, relocations 4, zero 4. */
    REGIONS(".patina.regions", 40),
    /** What each region was made from: from 8, length 4, zero 4. */
    RANGES(".patina.ranges", 16),
    /** What a region refers to: value 8, offset in the region 4, addend 4, target 4, zero 4. */
    RELOCATIONS(".patina.relocations", 24),
    /** The union of all ranges: from 8, length 4, offset in GUEST 4. */
    SPANS(".patina.spans", 16),
    /** The guest's bytes of the spans. */
    GUEST(".patina.guest", 1),
    /** UTF-8 lines name=value: the ingredients of the key, and notes. */
    META(".patina.meta", 1);

    static final Part[] ALL = values();

    final String section;
    final int row;

    Part(String section, int row) { this.section = section; this.row = row; }
}
