package patina.oracle;

import static org.bytedeco.llvm.global.LLVM.LLVMCodeGenLevelNone;
import static org.bytedeco.llvm.global.LLVM.LLVMCodeModelDefault;
import static org.bytedeco.llvm.global.LLVM.LLVMContextCreate;
import static org.bytedeco.llvm.global.LLVM.LLVMContextDispose;
import static org.bytedeco.llvm.global.LLVM.LLVMCreateTargetMachine;
import static org.bytedeco.llvm.global.LLVM.LLVMDisposeMemoryBuffer;
import static org.bytedeco.llvm.global.LLVM.LLVMDisposeModule;
import static org.bytedeco.llvm.global.LLVM.LLVMDisposeTargetMachine;
import static org.bytedeco.llvm.global.LLVM.LLVMGetBufferSize;
import static org.bytedeco.llvm.global.LLVM.LLVMGetBufferStart;
import static org.bytedeco.llvm.global.LLVM.LLVMGetTargetFromTriple;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86AsmParser;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86AsmPrinter;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86Target;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86TargetInfo;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86TargetMC;
import static org.bytedeco.llvm.global.LLVM.LLVMModuleCreateWithNameInContext;
import static org.bytedeco.llvm.global.LLVM.LLVMObjectFile;
import static org.bytedeco.llvm.global.LLVM.LLVMRelocStatic;
import static org.bytedeco.llvm.global.LLVM.LLVMSetModuleInlineAsm2;
import static org.bytedeco.llvm.global.LLVM.LLVMSetTarget;
import static org.bytedeco.llvm.global.LLVM.LLVMTargetMachineEmitToMemoryBuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.llvm.LLVM.LLVMContextRef;
import org.bytedeco.llvm.LLVM.LLVMMemoryBufferRef;
import org.bytedeco.llvm.LLVM.LLVMModuleRef;
import org.bytedeco.llvm.LLVM.LLVMTargetMachineRef;
import org.bytedeco.llvm.LLVM.LLVMTargetRef;

/** LLVM's assembler for lines of x86-64 in Intel syntax. */
public final class Assembler {
    private Assembler() {}

    private static final String TRIPLE = "x86_64-unknown-linux-gnu";
    private static final int SECTION_TABLE = 40, SECTION_SIZE = 64, CODE_AND_ALLOCATED = 6;

    /** The bytes of each line; a line may hold several instructions. Numeric labels below 8 are the line's own. */
    public static List<byte[]> assemble(List<String> lines) {
        // each line's bytes follow their length
        StringBuilder source = new StringBuilder(".intel_syntax noprefix\n.text\n");
        for (String line : lines) source.append(".short 9f - 8f\n8: ").append(line).append("\n9:\n");
        ByteBuffer text = text(object(source.append(".att_syntax\n").toString()));
        List<byte[]> codes = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            byte[] code = new byte[text.getShort()];
            text.get(code);
            codes.add(code);
        }
        return codes;
    }

    private static ByteBuffer object(String source) {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
        LLVMInitializeX86AsmParser();
        LLVMTargetRef target = new LLVMTargetRef();
        BytePointer error = new BytePointer();
        if (LLVMGetTargetFromTriple(new BytePointer(TRIPLE), target, error) != 0) throw new IllegalStateException(error.getString());
        LLVMTargetMachineRef machine = LLVMCreateTargetMachine(target, TRIPLE, "", "", LLVMCodeGenLevelNone, LLVMRelocStatic, LLVMCodeModelDefault);
        LLVMContextRef context = LLVMContextCreate();
        LLVMModuleRef module = LLVMModuleCreateWithNameInContext("lines", context);
        try {
            LLVMSetTarget(module, TRIPLE);
            byte[] bytes = source.getBytes(StandardCharsets.US_ASCII);
            LLVMSetModuleInlineAsm2(module, new BytePointer(bytes), bytes.length);
            LLVMMemoryBufferRef out = new LLVMMemoryBufferRef();
            if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, LLVMObjectFile, error, out) != 0) {
                throw new IllegalArgumentException(error.getString());
            }
            byte[] elf = new byte[(int) LLVMGetBufferSize(out)];
            LLVMGetBufferStart(out).get(elf);
            LLVMDisposeMemoryBuffer(out);
            return ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        } finally {
            LLVMDisposeModule(module);
            LLVMContextDispose(context);
            LLVMDisposeTargetMachine(machine);
        }
    }

    /** The section with code of an ELF64 object (System V ABI, chapter 4). */
    private static ByteBuffer text(ByteBuffer elf) {
        for (long at = elf.getLong(SECTION_TABLE); at + SECTION_SIZE <= elf.capacity(); at += SECTION_SIZE) {
            int header = (int) at;
            if (elf.getLong(header + 8) != CODE_AND_ALLOCATED) continue;
            return elf.slice((int) elf.getLong(header + 24), (int) elf.getLong(header + 32)).order(ByteOrder.LITTLE_ENDIAN);
        }
        throw new IllegalStateException("no code section");
    }
}
