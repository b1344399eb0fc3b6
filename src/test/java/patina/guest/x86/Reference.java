package patina.guest.x86;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.llvm.LLVM.LLVMDisasmContextRef;
import org.bytedeco.llvm.LLVM.LLVMOpInfoCallback;
import org.bytedeco.llvm.LLVM.LLVMSymbolLookupCallback;
import org.bytedeco.llvm.global.LLVM;

/** LLVM's disassembler, in Intel syntax: the second opinion on {@link Decoder}. */
final class Reference implements AutoCloseable {
    private static final int INTEL_SYNTAX = 4, LONGEST = 15;

    private final LLVMDisasmContextRef context;
    private final BytePointer out = new BytePointer(256), bytes = new BytePointer(LONGEST);
    private final byte[] buffer = new byte[96];

    Reference(Decoder.Mode mode) {
        LLVM.LLVMInitializeX86TargetInfo();
        LLVM.LLVMInitializeX86TargetMC();
        LLVM.LLVMInitializeX86Disassembler();
        String triple = mode == Decoder.Mode.BITS_64 ? "x86_64-linux-gnu" : "i686-linux-gnu";
        context = LLVM.LLVMCreateDisasm(triple, new Pointer(), 0, (LLVMOpInfoCallback) null, (LLVMSymbolLookupCallback) null);
        if (context == null || context.isNull()) throw new IllegalStateException("LLVM has no disassembler for " + triple);
        LLVM.LLVMSetDisasmOptions(context, INTEL_SYNTAX);
    }

    /** The length of the instruction at {@code code[at]}, of which 15 bytes are looked at; 0 if there is none. {@link #text} has its text. */
    int decode(byte[] code, int at, long pc) {
        bytes.put(code, at, LONGEST);
        return (int) LLVM.LLVMDisasmInstruction(context, bytes, LONGEST, pc, out, out.capacity());
    }

    /** LLVM's line for the instruction that was decoded last. */
    String text() {
        out.get(buffer);
        int end = 0;
        while (buffer[end] != 0) end++;
        return new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
    }

    @Override public void close() {
        LLVM.LLVMDisasmDispose(context);
        out.close();
        bytes.close();
    }
}
