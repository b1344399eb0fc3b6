package patina.guest.x86;

/**
 * What an instruction begins with, as a processor reads it (SDM vol. 2, 2.1.1 and 2.2.1): prefixes in any order, of F2 and F3 and of the
 * segments the last, REX only right before the opcode. A second statement of what {@link Encoding} does, to hold it against.
 *
 * @param count  bytes before the opcode
 * @param repeat F2, F3 or 0
 */
record Prefixes(int count, int segment, boolean address67, boolean size66, boolean lock, int repeat, int rex) {

    static Prefixes of(Decoder.Mode mode, byte[] code, int at) {
        boolean mode64 = mode == Decoder.Mode.BITS_64;
        int segment = 0, repeat = 0, rex = 0, i = at;
        boolean address67 = false, size66 = false, lock = false;
        for (; i < at + RandomCode.STRING; i++) {
            int b = code[i] & 0xFF;
            boolean isRex = mode64 && b >> 4 == 4;
            if (!isRex && "\u0026\u002E\u0036\u003E\u0064\u0065\u0066\u0067\u00F0\u00F2\u00F3".indexOf(b) < 0) break;
            rex = isRex ? b : 0;
            if (b == 0x66) size66 = true;
            else if (b == 0x67) address67 = true;
            else if (b == 0xF0) lock = true;
            else if (b == 0xF2 || b == 0xF3) repeat = b;
            else if (!isRex && (!mode64 || b >= 0x64)) segment = b;
        }
        return new Prefixes(i - at, segment, address67, size66, lock, repeat, rex);
    }

    /**
     * The same instruction with each prefix once, in the order that LLVM understands, and without LOCK, which to LLVM is an instruction of its own.
     * It is as much shorter as it has fewer prefixes, and has zeros at its end.
     */
    byte[] ordered(byte[] code, int at) {
        byte[] ordered = new byte[RandomCode.STRING];
        int n = 0;
        for (int b : new int[] {segment, address67 ? 0x67 : 0, size66 ? 0x66 : 0, repeat, rex}) if (b != 0) ordered[n++] = (byte) b;
        System.arraycopy(code, at + count, ordered, n, RandomCode.STRING - Math.max(count, n));
        return ordered;
    }

    Prefixes withoutRepeat() { return new Prefixes(count, segment, address67, size66, lock, 0, rex); }

    /** The string without 66, F2 and F3. */
    static byte[] withoutMandatory(Decoder.Mode mode, byte[] code) {
        Prefixes p = of(mode, code, 0);
        return new Prefixes(p.count, p.segment, p.address67, false, false, 0, p.rex).ordered(code, 0);
    }
}
