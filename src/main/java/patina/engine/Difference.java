package patina.engine;

import java.util.HexFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import patina.guest.Guest;
import patina.interp.Code;
import patina.ir.Slot;
import patina.ir.StateLayout;
import patina.ir.Text;
import patina.ir.Type;
import patina.memory.AddressSpace;
import patina.memory.WriteLog;

/** Native code did not do what the interpreter does. The message has all of it: the guest's instructions, their IR, both states. */
final class Difference extends RuntimeException {
    /** Of two states: in more than flags, or in these alone. */
    enum Kind { REGISTERS, FLAGS }

    private static final int SHOWN = 200;
    private static final HexFormat HEX = HexFormat.of();

    private Difference(String message) { super(message, null, false, false); }

    /**
     * @param path    the instructions that the interpreter did
     * @param before  the state at the beginning; then as the interpreter, and native code, left it
     * @param places  where native code may have written; memory is now as the interpreter left it
     * @param written what stood there when native code had left
     */
    static Difference of(Guest guest, AddressSpace memory, String what, long count, List<Code> path, byte[] before, byte[] interpreted, byte[] made, WriteLog places, byte[] written) {
        StringBuilder s = new StringBuilder("native code and the interpreter differ: " + what + "\n" + count + " instructions:\n");
        Set<Long> seen = new HashSet<>();
        for (Code code : path.subList(Math.max(0, path.size() - SHOWN), path.size())) {
            s.append("  0x").append(Long.toHexString(code.block.pc())).append("  ").append(guest.disassemble(memory, code.block.pc())).append('\n');
            if (seen.add(code.block.pc())) for (String line : Text.lines(code.block, guest.layout())) s.append("        ").append(line).append('\n');
        }
        s.append("registers before; interpreter; native code:\n");
        for (Slot slot : guest.layout().slots()) register(s, slot, before, interpreted, made);
        register(s, new Slot("pc", Type.I64, StateLayout.PC), before, interpreted, made);
        s.append("memory; interpreter; native code:\n");
        byte[] now = places.now();
        for (int i = 0, at = 0; i < places.writes(); at += places.length(i++)) {
            String is = HEX.formatHex(now, at, at + places.length(i)), other = HEX.formatHex(written, at, at + places.length(i));
            if (!is.equals(other)) s.append("  0x").append(Long.toHexString(places.address(i))).append("  ").append(is).append("  ").append(other).append(" <-\n");
        }
        return new Difference(s.toString().stripTrailing());
    }

    private static void register(StringBuilder s, Slot slot, byte[] before, byte[] interpreted, byte[] made) {
        String was = value(slot, before), is = value(slot, interpreted), other = value(slot, made);
        if (was.equals(is) && is.equals(other)) return;
        s.append(String.format("  %-8s %s  %s  %s%s%n", slot.name(), was, is, other, is.equals(other) ? "" : " <-"));
    }

    /** Highest byte first. */
    private static String value(Slot slot, byte[] state) {
        StringBuilder s = new StringBuilder();
        for (int i = slot.type().bytes() - 1; i >= 0; i--) s.append(HEX.toHexDigits(state[slot.offset() + i]));
        return s.toString();
    }
}
