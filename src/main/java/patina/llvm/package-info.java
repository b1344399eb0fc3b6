/**
 * From a {@link patina.ir.Region} to {@link patina.ir.ObjectCode}: {@link patina.llvm.Lowering} writes LLVM IR text,
 * {@link patina.llvm.LlvmCompiler} has LLVM make an object file of it, {@link patina.llvm.ElfObject} takes the code out.
 * LLVM is loaded when the first compiler is made, never on the path of a warm run. Knows no guest, no cache and no linker.
 */
package patina.llvm;
