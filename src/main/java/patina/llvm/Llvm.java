package patina.llvm;

import static org.bytedeco.llvm.global.LLVM.*;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.llvm.LLVM.LLVMContextRef;
import org.bytedeco.llvm.LLVM.LLVMDiagnosticHandler;
import org.bytedeco.llvm.LLVM.LLVMDiagnosticInfoRef;
import org.bytedeco.llvm.LLVM.LLVMErrorRef;
import org.bytedeco.llvm.LLVM.LLVMFatalErrorHandler;
import org.bytedeco.llvm.LLVM.LLVMMemoryBufferRef;
import org.bytedeco.llvm.LLVM.LLVMModuleRef;
import org.bytedeco.llvm.LLVM.LLVMPassBuilderOptionsRef;
import org.bytedeco.llvm.LLVM.LLVMTargetDataRef;
import org.bytedeco.llvm.LLVM.LLVMTargetMachineRef;
import org.bytedeco.llvm.LLVM.LLVMTargetRef;

/**
 * LLVM's C API as used here: IR text in, object file out. One instance per thread; whatever LLVM hands out is given back.
 * LLVMEnablePrettyStackTrace is never called: it takes the JVM's signal handlers away.
 */
final class Llvm implements AutoCloseable {
    static final String TRIPLE = "x86_64-unknown-linux-gnu";

    /** What a fatal error in LLVM tells the thread's owner, before the thread stops for ever: LLVM does not survive a return from the handler. */
    interface FatalListener { void fatal(String message); }

    private static final ThreadLocal<FatalListener> LISTENER = new ThreadLocal<>();
    // held for ever: LLVM keeps their addresses
    private static final LLVMFatalErrorHandler FATAL = new LLVMFatalErrorHandler() {
        @Override public void call(BytePointer reason) {
            FatalListener listener = LISTENER.get();
            if (listener != null) listener.fatal(reason.getString());
            while (true) java.util.concurrent.locks.LockSupport.park();
        }
    };

    static {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
        LLVMInitializeX86AsmParser();
        LLVMInstallFatalErrorHandler(FATAL);
        try (PointerPointer<BytePointer> arguments = new PointerPointer<>("patina", Options.ARGUMENT)) {
            LLVMParseCommandLineOptions(2, arguments, new BytePointer((Pointer) null));
        }
    }

    private record Machine(LLVMTargetMachineRef machine, String dataLayout) {}

    private final Map<String, Machine> machines = new HashMap<>();
    private final LLVMPassBuilderOptionsRef passOptions = LLVMCreatePassBuilderOptions();
    private String diagnostic;
    private final LLVMDiagnosticHandler diagnostics = new LLVMDiagnosticHandler() {
        @Override public void call(LLVMDiagnosticInfoRef info, Pointer context) {
            BytePointer text = LLVMGetDiagInfoDescription(info);
            if (LLVMGetDiagInfoSeverity(info) == LLVMDSError) diagnostic = text.getString();
            LLVMDisposeMessage(text);
        }
    };

    static String version() {
        int[] major = new int[1], minor = new int[1], patch = new int[1];
        LLVMGetVersion(major, minor, patch);
        return major[0] + "." + minor[0] + "." + patch[0];
    }

    Llvm(FatalListener listener) { LISTENER.set(listener); }

    String dataLayout(Options options) { return machine(options).dataLayout; }

    private Machine machine(Options options) {
        return machines.computeIfAbsent(options.cpu() + " " + options.features() + " " + options.level(), _ -> {
            try (LLVMTargetRef target = new LLVMTargetRef(); BytePointer error = new BytePointer(); BytePointer triple = new BytePointer(TRIPLE)) {
                if (LLVMGetTargetFromTriple(triple, target, error) != 0) throw failure(error);
                LLVMTargetMachineRef machine = LLVMCreateTargetMachine(target, TRIPLE, options.cpu(), options.features(), options.level(),
                        LLVMRelocPIC, LLVMCodeModelSmall);
                LLVMTargetDataRef data = LLVMCreateTargetDataLayout(machine);
                BytePointer layout = LLVMCopyStringRepOfTargetData(data);
                String text = layout.getString();
                LLVMDisposeMessage(layout);
                LLVMDisposeTargetData(data);
                return new Machine(machine, text);
            }
        });
    }

    /** Object file of a module. A fresh context each time: nothing of one module may show in the next. */
    byte[] compile(String module, Options options) {
        LLVMContextRef context = LLVMContextCreate();
        diagnostic = null;
        try {
            LLVMContextSetDiagnosticHandler(context, diagnostics, null);
            LLVMModuleRef parsed = parse(context, module);
            try {
                runPasses(parsed, options);
                return emit(parsed, options);
            } finally {
                LLVMDisposeModule(parsed);
            }
        } finally {
            LLVMContextDispose(context);
        }
    }

    private static LLVMModuleRef parse(LLVMContextRef context, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (BytePointer copy = new BytePointer(bytes); BytePointer name = new BytePointer("region"); BytePointer error = new BytePointer()) {
            LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(copy, bytes.length, name);
            LLVMModuleRef module = new LLVMModuleRef();
            if (LLVMParseIRInContext(context, buffer, module, error) != 0) throw failure(error);  // takes the buffer
            return module;
        }
    }

    private void runPasses(LLVMModuleRef module, Options options) {
        if (options.passes().isEmpty()) return;
        LLVMErrorRef error = LLVMRunPasses(module, options.passes(), machine(options).machine, passOptions);
        if (error != null && !error.isNull()) {
            BytePointer message = LLVMGetErrorMessage(error);
            String text = message.getString();
            LLVMDisposeErrorMessage(message);
            throw new CompileException(text);
        }
    }

    private byte[] emit(LLVMModuleRef module, Options options) {
        try (BytePointer error = new BytePointer(); LLVMMemoryBufferRef out = new LLVMMemoryBufferRef()) {
            int failed = LLVMTargetMachineEmitToMemoryBuffer(machine(options).machine, module, LLVMObjectFile, error, out);
            if (failed != 0) throw failure(error);
            byte[] object = new byte[(int) LLVMGetBufferSize(out)];
            LLVMGetBufferStart(out).get(object);
            LLVMDisposeMemoryBuffer(out);
            if (diagnostic != null) throw new CompileException(diagnostic);
            return object;
        }
    }

    private static CompileException failure(BytePointer error) {
        CompileException e = new CompileException(error.getString());
        LLVMDisposeMessage(error);
        return e;
    }

    @Override public void close() {
        for (Machine m : machines.values()) LLVMDisposeTargetMachine(m.machine);
        LLVMDisposePassBuilderOptions(passOptions);
        diagnostics.close();
    }
}
