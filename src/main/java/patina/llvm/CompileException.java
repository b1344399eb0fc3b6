package patina.llvm;

/** LLVM refused a region, or made code that cannot be used. A bug here: the message names the region and LLVM's complaint. */
public final class CompileException extends RuntimeException {
    public CompileException(String message) { super(message); }
}
