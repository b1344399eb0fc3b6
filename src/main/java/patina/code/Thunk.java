package patina.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import patina.ir.StateLayout;

/**
 * x86-64 host: the code that stands for a region that is not in the image. It stores the guest address to PC, and to EXIT_DETAIL as the
 * mark of a direct exit (a MISS with both equal says: this target needs no entry of its own for being reached), and jumps to DISPATCH.
 * RBX and R10 carry nothing between regions; R12 is the state.
 */
final class Thunk {
    private Thunk() {}

    static final int SIZE = 48;
    private static final byte PADDING = (byte) 0xcc;

    /** The {@value #SIZE} bytes for guest image offset {@code target}, at address {@code at}, with the bias word at {@code bias}. */
    static byte[] write(long target, long at, long bias) {
        ByteBuffer code = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        bytes(code, 0x48, 0x8b, 0x1d).putInt(Math.toIntExact(bias - (at + 7)));              // mov rbx, [rip + bias]
        if (target == (int) target) {
            bytes(code, 0x48, 0x8d, 0x9b).putInt((int) target);                              // lea rbx, [rbx + target]
        } else {
            bytes(code, 0x49, 0xba).putLong(target);                                         // movabs r10, target
            bytes(code, 0x4a, 0x8d, 0x1c, 0x13);                                             // lea rbx, [rbx + r10]
        }
        bytes(code, 0x49, 0x89, 0x5c, 0x24, StateLayout.PC);                                 // mov [r12 + PC], rbx
        bytes(code, 0x49, 0x89, 0x5c, 0x24, StateLayout.EXIT_DETAIL);                        // mov [r12 + EXIT_DETAIL], rbx
        bytes(code, 0x41, 0xff, 0x64, 0x24, StateLayout.DISPATCH);                           // jmp [r12 + DISPATCH]
        while (code.hasRemaining()) code.put(PADDING);
        return code.array();
    }

    private static ByteBuffer bytes(ByteBuffer code, int... values) {
        for (int v : values) code.put((byte) v);
        return code;
    }
}
