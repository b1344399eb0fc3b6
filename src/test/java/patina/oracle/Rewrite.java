package patina.oracle;


/** Prints the lines of a file as the processor answers them. */
final class Rewrite {
    private Rewrite() {}

    public static void main(String[] files) {
        try (Engines engines = new Engines()) {
            Engine cpu = engines.of("cpu");
            for (Lines.Line line : Lines.read(files[0])) {
                State after = line.before().copy();
                Engine.Raised raised = cpu.run(line.code(), after);
                String insn = line.text().substring(0, line.text().indexOf("  "));
                System.out.println(Lines.toText(insn, line.code(), line.before(), after, (int) line.undefined()[State.FLAGS], raised == null ? null : raised.exception()));
            }
        }
        System.exit(0);
    }
}
