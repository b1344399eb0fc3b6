package patina.optimize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import patina.guest.CodeSource;
import patina.guest.Cpu;
import patina.guest.Guest;
import patina.ir.Block;
import patina.ir.Builder;
import patina.ir.Exit;
import patina.ir.StateLayout;
import patina.ir.Type;

/**
 * A guest for tests: every instruction is two bytes, a letter and a signed distance in instructions from itself.
 * n: nothing; j: jump; b: branch; c: call; r: return; i: indirect jump; s: system call; h: helper.
 */
final class ToyGuest implements Guest {
    static final ToyGuest TOY = new ToyGuest();

    /** "n; b 3; j -1": the instructions as bytes. */
    static byte[] assemble(String text) {
        String[] lines = text.split(";");
        byte[] code = new byte[2 * lines.length];
        for (int i = 0; i < lines.length; i++) {
            String[] word = lines[i].strip().split(" ");
            code[2 * i] = (byte) word[0].charAt(0);
            if (word.length > 1) code[2 * i + 1] = (byte) Integer.parseInt(word[1]);
        }
        return code;
    }

    static CodeSource at(long address, byte[] code) {
        return (pc, into) -> {
            if (pc < address || pc >= address + code.length) return 0;
            int n = (int) Math.min(into.length, address + code.length - pc);
            System.arraycopy(code, (int) (pc - address), into, 0, n);
            return n;
        };
    }

    /** The smallest ELF file with {@code code} executable at {@code address}, a page's beginning. */
    static byte[] elf(int machine, long address, byte[] code) {
        ByteBuffer out = ByteBuffer.allocate(4096 + code.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        out.putShort((short) 3).putShort((short) machine).putInt(1).putLong(0).putLong(64).putLong(0).putInt(0);
        out.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        out.putInt(1).putInt(5).putLong(4096).putLong(address).putLong(address).putLong(code.length).putLong(code.length).putLong(4096);
        return out.position(4096).put(code).array();
    }

    @Override public Block lift(CodeSource source, long pc, int limit) {
        Builder ir = new Builder();
        byte[] word = new byte[2];
        for (int n = 0; ; n++) {
            long at = pc + 2L * n;
            if (source.fetch(at, word) != 2) return n == 0 ? null : ir.finish(2L * n, new Exit.Jump(at));
            if (n == limit) return ir.finish(2L * n, new Exit.Jump(at));
            ir.startInsn(at);
            long target = at + 2L * word[1], next = at + 2;
            Exit exit = switch (word[0]) {
                case 'j' -> new Exit.Jump(target);
                case 'b' -> new Exit.Branch(ir.trunc(ir.get(REGISTER), Type.I1), target, next);
                case 'c' -> new Exit.Call(target, next);
                case 'r' -> new Exit.Return(ir.get(REGISTER));
                case 'i' -> new Exit.JumpIndirect(ir.get(REGISTER));
                case 's' -> new Exit.Syscall(next);
                case 'h' -> new Exit.Helper(0, next);
                default -> null;
            };
            if (exit != null) return ir.finish(next - pc, exit);
        }
    }

    private static final patina.ir.Slot REGISTER = new patina.ir.Slot("a", Type.I64, StateLayout.REGISTERS);

    @Override public patina.guest.SignalFrame signalFrame() { throw new UnsupportedOperationException("toys get no signals"); }
    @Override public patina.guest.SyscallAbi syscalls() { throw new UnsupportedOperationException("toys make no system calls"); }
    @Override public String name() { return "toy"; }
    @Override public List<Integer> flags() { return List.of(); }

    @Override public StateLayout layout() { return new StateLayout(new ArrayList<>(List.of(REGISTER))); }
    @Override public void initialize(Cpu cpu) {}
    @Override public void help(int number, Cpu cpu) {}
    @Override public boolean completes(patina.ir.Trap trap, Cpu cpu, Runnable execute) { return false; }

    @Override public boolean traces(Cpu cpu) { return false; }
    @Override public boolean delaysTrace(Cpu cpu) { return false; }

    @Override public String disassemble(CodeSource code, long pc) { return "?"; }
}
