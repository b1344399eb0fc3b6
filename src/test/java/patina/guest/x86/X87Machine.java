package patina.guest.x86;

import patina.ir.Exit;

/** Lifts x87 instructions, each run of them as a block, and runs the operations. */
final class X87Machine {
    final Trial trial = new Trial();
    final X87Registers st = new X87Registers(trial);

    /** Decodes, lifts and runs; a block ends where a helper stands. */
    void run(byte[] code) {
        Decoder decoder = new Decoder(Decoder.Mode.BITS_64);
        Lift l = null;
        for (int at = 0; at < code.length; at += l.insn.length()) {
            Insn insn = (Insn) decoder.decode(code, at, code.length - at, at);
            if (l != null && l.exit != null) { run(l); l = null; }
            if (l == null) l = new Lift();
            l.begin(insn);
            l.ir.startInsn(at);
            if (!X87.lift(l)) throw new AssertionError("not lifted: " + insn);
        }
        run(l);
    }

    private void run(Lift l) { trial.run(l.ir.finish(1, l.exit == null ? new Exit.Jump(0) : l.exit)); }
}
