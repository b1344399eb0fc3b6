package patina.guest.x86;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.llvm.LLVM.LLVMDisasmContextRef;
import org.bytedeco.llvm.LLVM.LLVMOpInfoCallback;
import org.bytedeco.llvm.LLVM.LLVMSymbolLookupCallback;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.llvm.global.LLVM;

/** LLVM's disassembler, in Intel syntax: the second opinion on {@link Decoder}. */
final class Reference implements AutoCloseable {
    private static final int INTEL_SYNTAX = 4;

    private final LLVMDisasmContextRef context;
    private final BytePointer out = new BytePointer(256);
    private final byte[] buffer = new byte[256];
    private BytePointer bytes;
    private String text;

    Reference(Decoder.Mode mode) {
        LLVM.LLVMInitializeX86TargetInfo();
        LLVM.LLVMInitializeX86TargetMC();
        LLVM.LLVMInitializeX86Disassembler();
        String triple = mode == Decoder.Mode.BITS_64 ? "x86_64-linux-gnu" : "i686-linux-gnu";
        context = LLVM.LLVMCreateDisasm(triple, new Pointer(), 0, (LLVMOpInfoCallback) null, (LLVMSymbolLookupCallback) null);
        if (context == null || context.isNull()) throw new IllegalStateException("LLVM has no disassembler for " + triple);
        LLVM.LLVMSetDisasmOptions(context, INTEL_SYNTAX);
    }

    void bytes(byte[] code) {
        if (bytes != null) bytes.close();
        bytes = new BytePointer(code);
    }

    /** The length of the instruction at an offset, 0 if there is none; {@link #text} has its text. */
    int decode(int offset, int available, long pc) {
        int length = (int) LLVM.LLVMDisasmInstruction(context, bytes.getPointer(offset), available, pc, out, out.capacity());
        text = length == 0 ? "" : string();
        return length;
    }

    private String string() {
        out.position(0).get(buffer);
        int end = 0;
        while (buffer[end] != 0) end++;
        return new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
    }

    String text() { return text; }

    @Override public void close() {
        LLVM.LLVMDisasmDispose(context);
        out.close();
        if (bytes != null) bytes.close();
    }
}
