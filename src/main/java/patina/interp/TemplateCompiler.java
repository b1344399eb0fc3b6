package patina.interp;

import static patina.interp.Emitter.*;

import java.util.Arrays;
import patina.host.Raw;
import patina.interp.Emitter.Base;
import patina.ir.Lane;
import patina.ir.Op;
import patina.ir.StateLayout;
import patina.ir.Value;

/**
 * Makes templates for an x86-64 host. Between steps nothing is in registers but rbx = the templates' data and r12 = the state; guest memory
 * is at gs:. What a step cannot do here is left to Java: it comes back behind it.
 */
final class TemplateCompiler {
    /** Ways back to Java, in the word {@link Templates#WAY}, with the step in the low 16 bits. */
    static final int BEGIN = 0, END = 1, LEFT = 2, SIDE = 3, STEP = 4;
    // conditions, as in the opcodes
    private static final int O = 0, B = 2, AE = 3, E = 4, NE = 5, BE = 6, A = 7, L = 12, LE = 14;

    private static final Lane[] LANES = Lane.values();

    private final Templates templates;
    private final Emitter x = new Emitter();
    private final ScalarTemplates scalars = new ScalarTemplates(this, x);
    private final VectorTemplates vectors = new VectorTemplates(this, x);
    // of the block at hand
    private Code code;
    private boolean[] constant;
    /** Offset of its frame in the data. */
    private int frame;
    /** Index of the frame word that rax holds, or -1. */
    private int held;
    /** Jumps to be patched: end, step, way. */
    private int[] jumps = new int[64];
    private int jumpCount;

    TemplateCompiler(Templates templates) { this.templates = templates; }

    /** null: the block is better interpreted, or there is no room. */
    Template compile(Code code) {
        begin(code);
        int count = count();
        if (count < 0) return null;
        int exits = code.exitKind == Code.INDIRECT ? Template.ROW * Template.ROWS : Template.EXIT * (2 + count);
        long data = templates.data(8 + exits + 8L * code.frame.length);
        if (data == 0) return null;
        int record = templates.offset(data);
        frame = record + 8 + exits;
        int index = templates.next();
        int[] offsets = new int[code.main.words.length + 1];
        x.memory(NONE, true, 0x83, 7, Base.STATE, StateLayout.POLL);
        x.int8(0);
        way(x.jumpIf(NE), 0, BEGIN);
        if (code.source != null) compareSource();
        x.memory(NONE, true, 0xff, 0, Base.DATA, record);
        steps(code.main, offsets, record + 8, index);
        add(Templates.TOTAL, code.instructions);
        end(record + 8, index);
        long[] unlinked = unlinked(index, count);
        long entry = templates.code(x);
        if (entry == 0) return null;
        for (int i = 0; i < unlinked.length; i++) unlinked[i] += entry;
        Raw.copy(code.frame, data + 8 + exits, code.frame.length);
        return new Template(code, index, entry, offsets, data, data + 8, data + 8 + exits, unlinked, templates.nobody());
    }

    /** Goes back where the guest's bytes are not what they were. */
    private void compareSource() {
        byte[] source = code.source;
        for (int at = 0, n; at < source.length; at += n) {
            int left = source.length - at;
            n = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            long bytes = 0;
            for (int i = 0; i < n; i++) bytes |= (source[at + i] & 0xffL) << 8 * i;
            x.move(RCX, code.pc + at);
            x.move(RAX, bytes);
            x.guest(n == 2 ? P66 : NONE, n == 8, n == 1 ? 0x3a : 0x3b, RAX, RCX);
            way(x.jumpIf(NE), 0, BEGIN);
        }
    }

    /** Host addresses of the tail's code by exit; none if it cannot be made. */
    long[] tail(Template t) {
        begin(t.code);
        frame = templates.offset(t.frame);
        if (!isSupported(code.tail)) return new long[0];
        for (int i = 0; i < code.tail.words.length; i++) step(code.tail, i);
        pending(0);
        x.memory(NONE, false, 0xff, 4, Base.DATA, Templates.NEXT);
        long[] entries = new long[code.exitKind == Code.INDIRECT ? 1 : 2];
        if (code.exitKind != Code.INDIRECT)
            for (int i = 0; i < 2; i++) {
                entries[i] = x.size();
                x.memory(NONE, true, 0x8b, RAX, Base.DATA, templates.offset(t.exits) + Template.EXIT * i + 8);
                x.memory(NONE, true, 0x89, RAX, Base.DATA, Templates.NEXT);
                x.patch(x.jump(), 0);
            }
        long entry = templates.code(x);
        if (entry == 0) return new long[0];
        for (int i = 0; i < entries.length; i++) entries[i] += entry;
        return entries;
    }

    private void begin(Code code) {
        this.code = code;
        x.clear();
        jumpCount = 0;
        held = -1;
        int values = code.block.frameSize();
        constant = new boolean[code.frame.length];
        for (int i = values; i < constant.length; i++) constant[i] = true;
        for (Value v : code.operations())
            if (v.op.shape == Op.Shape.CONSTANT) for (int i = 0; i < v.type.words(); i++) constant[v.frame + i] = true;
    }

    /** How many EXIT_IFs there are; -1 if too much is left to Java for the block to gain. */
    private int count() {
        int exits = 0, unsupported = 0;
        Steps s = code.main;
        if (s.words.length > 0xffff) return -1;
        for (int i = 0; i < s.words.length; i++) {
            if (s.values[i].op == Op.EXIT_IF) exits++;
            if (!isSupported(s, i)) unsupported++;
            else if (s.values[i].op == Op.SET && (s.values[i].imm == StateLayout.GUEST_FP_CONTROL || s.values[i].imm == StateLayout.GUEST_X87_CONTROL)) return -1;
        }
        // a table has no room for other exits
        return 8 * unsupported > s.words.length || exits > 0 && code.exitKind == Code.INDIRECT ? -1 : exits;
    }

    // ---- ways out

    /** The jump that ends at {@code end} is to go back to Java. */
    private void way(int end, int step, int way) {
        if (jumpCount + 3 > jumps.length) jumps = Arrays.copyOf(jumps, 2 * jumps.length);
        jumps[jumpCount++] = end;
        jumps[jumpCount++] = step;
        jumps[jumpCount++] = way;
    }

    private void leave(int step, int way, int index) {
        x.memory(NONE, false, 0xc7, 0, Base.DATA, Templates.INDEX);
        x.int32(index);
        x.memory(NONE, false, 0xc7, 0, Base.DATA, Templates.WAY);
        x.int32(way << 16 | step);
        x.memory(NONE, false, 0xff, 4, Base.DATA, Templates.LEAVE);
    }

    /** The ways back to Java, and where they begin for the exits that are not linked: taken, next, EXIT_IFs. */
    private long[] unlinked(int index, int exitIfs) {
        long[] unlinked = new long[2 + exitIfs];
        unlinked[0] = unlinked[1] = x.size();
        leave(0, END, index);
        int n = 2, last = -1, place = 0;
        for (int i = 0; i < code.main.words.length; i++)
            if (code.main.values[i].op == Op.EXIT_IF) {
                unlinked[n++] = x.size();
                leave(i, LEFT, index);
            }
        for (int i = 0; i < jumpCount; i += 3) {
            int what = jumps[i + 2] << 16 | jumps[i + 1];
            if (what == END << 16) { x.patch(jumps[i], (int) unlinked[0]); continue; }
            if (what != last) {
                place = x.size();
                leave(jumps[i + 1], jumps[i + 2], index);
            }
            last = what;
            x.patch(jumps[i], place);
        }
        return unlinked;
    }

    private void pending(int index) {
        x.memory(NONE, false, 0xc7, 0, Base.DATA, Templates.PENDING);
        x.int32(index);
    }

    private void add(int word, int n) {
        x.memory(NONE, true, 0x81, 0, Base.DATA, word);
        x.int32(n);
    }

    private void exit(int exits, int i) { x.memory(NONE, false, 0xff, 4, Base.DATA, exits + Template.EXIT * i); }

    private void end(int exits, int index) {
        int pending = code.tail == null ? 0 : index;
        switch (code.exitKind) {
            case Code.JUMP -> {
                pending(pending);
                exit(exits, 0);
            }
            case Code.BRANCH -> {
                test(code.exitValue);
                pending(pending);      // leaves the flags
                int next = x.jumpIf(E);
                exit(exits, 0);
                x.patchHere(next);
                exit(exits, 1);
            }
            case Code.INDIRECT -> {
                load(RAX, code.exitValue);
                x.registers(NONE, true, 0x89, RAX, RCX);
                x.registers(NONE, true, 0xc1, 5, RCX);
                x.int8(4);
                x.registers(NONE, false, 0x31, RAX, RCX);
                x.registers(NONE, false, 0x83, 4, RCX);
                x.int8(Template.ROWS - 1);
                x.registers(NONE, false, 0xc1, 4, RCX);
                x.int8(Integer.numberOfTrailingZeros(Template.ROW));
                x.indexed(true, 0x3b, RAX, exits);
                int found = x.jumpIf(E);
                x.registers(NONE, false, 0x83, 6, RCX);
                x.int8(Template.ROW);
                x.indexed(true, 0x3b, RAX, exits);
                way(x.jumpIf(NE), 0, END);
                x.patchHere(found);
                x.indexed(true, 0x8b, RDX, exits + Template.ROW_COUNTER);
                x.host(true, 0xff, 0, RDX);
                x.indexed(true, 0x8b, RDX, exits + Template.ROW_SECOND);
                x.memory(NONE, true, 0x89, RDX, Base.DATA, Templates.NEXT);
                pending(pending);
                x.indexed(false, 0xff, 4, exits + Template.ROW_FIRST);
            }
            default -> way(x.jump(), 0, END);
        }
    }

    // ---- steps

    private void steps(Steps s, int[] offsets, int exits, int index) {
        int n = 2;
        for (int i = 0; i < s.words.length; i++) {
            offsets[i] = x.size();
            Value v = s.values[i];
            if (v.op == Op.EXIT_IF) {
                test(v.a.frame);
                int on = x.jumpIf(E);
                add(Templates.TOTAL, code.block.done(v));
                pending(0);
                exit(exits, n++);
                x.patchHere(on);
            } else if (v.op == Op.TRAP_IF) {
                test(v.a.frame);
                way(x.jumpIf(NE), i, SIDE);
            } else if (isSupported(s, i)) {
                at = i;
                step(s, i);
            } else {
                way(x.jump(), i, STEP);
                held = -1;
            }
        }
        offsets[s.words.length] = x.size();
    }

    /** The main step at hand. */
    private int at;

    private int slot(int index) { return frame + 8 * index; }

    void load(int reg, int index) {
        if (constant[index]) x.move(reg, code.frame[index]);
        else if (held != index) x.memory(NONE, true, 0x8b, reg, Base.DATA, slot(index));
        else if (reg != RAX) x.registers(NONE, true, 0x8b, reg, RAX);
        if (reg == RAX) held = constant[index] ? -1 : index;
    }

    /** rax is the word's value. */
    void store(int index) {
        x.memory(NONE, true, 0x89, RAX, Base.DATA, slot(index));
        held = index;
    }

    void loadSigned(int reg, int index, Lane w) {
        if (constant[index]) { x.move(reg, w.signed(code.frame[index])); if (reg == RAX) held = -1; return; }
        switch (w.bits()) {
            case 8 -> x.memory(NONE, true, 0x0fbe, reg, Base.DATA, slot(index));
            case 16 -> x.memory(NONE, true, 0x0fbf, reg, Base.DATA, slot(index));
            case 32 -> x.memory(NONE, true, 0x63, reg, Base.DATA, slot(index));
            default -> { load(reg, index); return; }
        }
        if (reg == RAX) held = -1;
    }

    /** What a 32-bit operation has left in rax becomes canonical. */
    private void wrap(Lane w) {
        switch (w.bits()) {
            case 1 -> { x.registers(NONE, false, 0x83, 4, RAX); x.int8(1); }
            case 8 -> x.registers(NONE, false, 0x0fb6, RAX, RAX);
            case 16 -> x.registers(NONE, false, 0x0fb7, RAX, RAX);
            default -> { }
        }
    }

    /** The same of a 64-bit operation. */
    void wrapWide(Lane w) { if (w.bits() == 32) x.registers(NONE, false, 0x89, RAX, RAX); else wrap(w); }

    /** Sets ZF if the word is zero. */
    private void test(int index) {
        if (held == index) { x.registers(NONE, true, 0x85, RAX, RAX); return; }
        if (constant[index]) { load(RAX, index); x.registers(NONE, true, 0x85, RAX, RAX); return; }
        x.memory(NONE, true, 0x83, 7, Base.DATA, slot(index));
        x.int8(0);
    }

    /** rax op= a word; {@code opcode} is that of op reg, rm; {@code digit} that of op rm, imm. */
    private void operate(int opcode, int digit, int index, boolean wide) {
        if (!constant[index]) { x.memory(NONE, wide, opcode, RAX, Base.DATA, slot(index)); held = -1; return; }
        long c = code.frame[index];
        if ((int) c == c || !wide) {
            boolean small = (byte) c == c;
            x.registers(NONE, wide, small ? 0x83 : 0x81, digit, RAX);
            if (small) x.int8((int) c); else x.int32((int) c);
        } else {
            x.move(RCX, c);
            x.registers(NONE, wide, opcode, RAX, RCX);
        }
        held = -1;
    }

    private void arithmetic(int opcode, int digit, int d, int a, int b, Lane w) {
        load(RAX, a);
        operate(opcode, digit, b, w.bits() == 64);
        wrap(w);
        store(d);
    }

    private void compare(int condition, int d, int a, int b) {
        load(RAX, a);
        operate(0x3b, 7, b, true);
        set(condition, d);
    }

    private void compareSigned(int condition, int d, int a, int b, Lane w) {
        loadSigned(RAX, a, w);
        loadSigned(RCX, b, w);
        x.registers(NONE, true, 0x3b, RAX, RCX);
        set(condition, d);
    }

    void set(int condition, int d) {
        x.registers(NONE, false, 0x0f90 | condition, 0, RAX);
        x.registers(NONE, false, 0x0fb6, RAX, RAX);
        store(d);
    }

    /** {@code opcode} is the 8-bit form's, op reg, rm; the wider one is its successor. */
    private void overflow(int opcode, int d, int a, int b, Lane w) {
        load(RAX, a);
        load(RCX, b);
        x.registers(w.bits() == 16 ? P66 : NONE, w.bits() == 64, w.bits() == 8 ? opcode : opcode + 1, RAX, RCX);
        set(O, d);
    }

    private void shift(int digit, int d, int a, int b, Lane w, boolean signed) {
        if (signed) loadSigned(RAX, a, w); else load(RAX, a);
        boolean rotates = digit < 2;
        int prefix = rotates && w.bits() == 16 ? P66 : NONE;
        int by = rotates && w.bits() == 8 ? 0xd2 : 0xd3;
        if (constant[b]) {
            x.registers(prefix, w.bits() == 64, by - 0x12, digit, RAX);
            x.int8((int) code.frame[b] & w.bits() - 1);
        } else {
            load(RCX, b);
            if (w.bits() < 32) { x.registers(NONE, false, 0x83, 4, RCX); x.int8(w.bits() - 1); }
            x.registers(prefix, w.bits() == 64, by, digit, RAX);
        }
        held = -1;
        wrap(w);
        store(d);
    }

    /** Checks that rax is an address below the end of memory. */
    void check() {
        x.memory(NONE, true, 0x3b, RAX, Base.DATA, Templates.LIMIT);
        way(x.jumpIf(AE), at, SIDE);
    }

    private void aligned(int mask) {
        if (mask == 0) return;
        x.int8(0xa8);      // test al, imm8
        x.int8(mask);
        way(x.jumpIf(NE), at, SIDE);
    }

    /** Of the move that extends so many bytes with zeros, and of the one that stores them. */
    private static int reading(int bytes) { return bytes == 1 ? 0x0fb6 : bytes == 2 ? 0x0fb7 : 0x8b; }

    private static int writing(int bytes) { return bytes == 1 ? 0x88 : 0x89; }

    private static int prefix(int bytes) { return bytes == 2 ? P66 : NONE; }

    private void readGuest(int bytes) { x.guest(NONE, bytes == 8, reading(bytes), RAX, RAX); }

    private void writeGuest(int bytes, int reg) { x.guest(prefix(bytes), bytes == 8, writing(bytes), reg, RAX); }

    private void readState(int bytes, int offset) { x.memory(NONE, bytes == 8, reading(bytes), RAX, Base.STATE, offset); }

    private void writeState(int bytes, int offset) { x.memory(prefix(bytes), bytes == 8, writing(bytes), RAX, Base.STATE, offset); }

    /** movups: xmm reg = 16 bytes from a word on. */
    void vector(int reg, int index) { x.memory(NONE, false, 0x0f10, reg, Base.DATA, slot(index)); }

    /** movq: the word of an F32 or F64. */
    void scalar(int reg, Value v) { x.memory(F3, false, 0x0f7e, reg, Base.DATA, slot(v.frame)); }

    /** movups, movq of xmm0. */
    void storeVector(int index) { x.memory(NONE, false, 0x0f11, 0, Base.DATA, slot(index)); }

    void storeHalf(int index) { x.memory(P66, false, 0x0fd6, 0, Base.DATA, slot(index)); }

    /** rax = a lane of a vector; a lane of a vector = rax. */
    void readWord(int bytes, int index, int offset) { x.memory(NONE, bytes == 8, reading(bytes), RAX, Base.DATA, slot(index) + offset); }

    void writeWord(int bytes, int index, int offset) { x.memory(prefix(bytes), bytes == 8, writing(bytes), RAX, Base.DATA, slot(index) + offset); }

    /** rax holds no word any more. */
    void forget() { held = -1; }

    private void step(Steps s, int i) {
        long word = s.words[i];
        int kind = (int) word & 0xff, d = (int) word >>> 16, a = (int) (word >>> 32) & 0xffff, b = (int) (word >>> 48), c = s.thirds[i];
        Lane w = LANES[(int) word >> 8 & 0xff];
        switch (kind) {
            case Kind.GET64 -> { readState(8, a); store(d); }
            case Kind.GET8 -> { readState(1, a); store(d); }
            case Kind.GET -> { readState(c, a); store(d); }
            case Kind.SET64 -> { load(RAX, a); writeState(8, d); }
            case Kind.SET8 -> { load(RAX, a); writeState(1, d); }
            case Kind.SET -> { load(RAX, a); writeState(c, d); }
            case Kind.GET128 -> { x.memory(NONE, false, 0x0f10, 0, Base.STATE, a); storeVector(d); }
            case Kind.SET128 -> { vector(0, a); x.memory(NONE, false, 0x0f11, 0, Base.STATE, d); }
            case Kind.LOAD64 -> { load(RAX, a); check(); readGuest(8); store(d); }
            case Kind.LOAD -> { load(RAX, a); check(); readGuest(c); store(d); }
            case Kind.STORE64 -> { load(RCX, b); load(RAX, a); check(); writeGuest(8, RCX); }
            case Kind.STORE -> { load(RCX, b); load(RAX, a); check(); writeGuest(c, RCX); }
            case Kind.LOAD128 -> { load(RAX, a); check(); aligned(c); x.guest(NONE, false, 0x0f10, 0, RAX); storeVector(d); }
            case Kind.STORE128 -> { load(RAX, a); check(); aligned(c); vector(0, b); x.guest(NONE, false, 0x0f11, 0, RAX); }
            case Kind.ADD -> arithmetic(0x03, 0, d, a, b, w);
            case Kind.SUB -> arithmetic(0x2b, 5, d, a, b, w);
            case Kind.AND -> arithmetic(0x23, 4, d, a, b, Lane.I64);
            case Kind.OR -> arithmetic(0x0b, 1, d, a, b, Lane.I64);
            case Kind.XOR -> arithmetic(0x33, 6, d, a, b, Lane.I64);
            case Kind.MUL -> {
                load(RAX, a);
                load(RCX, b);
                x.registers(NONE, w.bits() == 64, 0x0faf, RAX, RCX);
                wrap(w);
                store(d);
            }
            case Kind.NOT -> { load(RAX, a); x.registers(NONE, w.bits() == 64, 0xf7, 2, RAX); wrap(w); store(d); }
            case Kind.NEG -> { load(RAX, a); x.registers(NONE, w.bits() == 64, 0xf7, 3, RAX); wrap(w); store(d); }
            case Kind.SHL -> shift(4, d, a, b, w, false);
            case Kind.LSHR -> shift(5, d, a, b, w, false);
            case Kind.ASHR -> shift(7, d, a, b, w, true);
            case Kind.ROTL -> shift(0, d, a, b, w, false);
            case Kind.ROTR -> shift(1, d, a, b, w, false);
            case Kind.EQ -> compare(E, d, a, b);
            case Kind.NE -> compare(NE, d, a, b);
            case Kind.ULT -> compare(B, d, a, b);
            case Kind.ULE -> compare(BE, d, a, b);
            case Kind.SLT -> compareSigned(L, d, a, b, w);
            case Kind.SLE -> compareSigned(LE, d, a, b, w);
            case Kind.ADD_OVERFLOW -> overflow(0x02, d, a, b, w);
            case Kind.SUB_OVERFLOW -> overflow(0x2a, d, a, b, w);
            case Kind.SELECT -> {
                load(RDX, c);
                load(RCX, b);
                test(a);
                x.registers(NONE, true, 0x0f45, RDX, RCX);
                x.registers(NONE, true, 0x89, RDX, RAX);
                store(d);
            }
            case Kind.SEXT -> {
                loadSigned(RAX, a, w);
                wrapWide(LANES[c]);
                store(d);
            }
            case Kind.TRUNC -> {
                load(RAX, a);
                wrapWide(w);
                store(d);
            }
            case Kind.INSERT_LOW -> {
                load(RCX, b);
                load(RAX, a + 1);
                x.memory(NONE, true, 0x89, RCX, Base.DATA, slot(d));
                store(d + 1);
            }
            case Kind.EVALUATE, Kind.FLOATS -> vectors.step(s.values[i]);
            default -> scalars.step(s.values[i]);
        }
    }

    /** Whether each step has a pattern. */
    static boolean isSupported(Steps s) {
        for (int i = 0; i < s.words.length; i++) if (!isSupported(s, i)) return false;
        return true;
    }

    private static boolean isSupported(Steps s, int i) {
        int kind = (int) s.words[i] & 0xff;
        Lane w = LANES[(int) s.words[i] >> 8 & 0xff];
        boolean bit = w == Lane.I1;
        return switch (kind) {
            case Kind.SHL, Kind.LSHR, Kind.ASHR, Kind.ROTL, Kind.ROTR, Kind.SLT, Kind.SLE, Kind.ADD_OVERFLOW, Kind.SUB_OVERFLOW, Kind.SEXT -> !bit;
            case Kind.CONTROL -> true;
            case Kind.EVALUATE, Kind.FLOATS -> VectorTemplates.isSupported(s.values[i]);
            case Kind.FLOAT, Kind.PURE, Kind.MEMORY -> ScalarTemplates.isSupported(s.values[i]);
            case Kind.STATE -> false;
            default -> true;
        };
    }
}
