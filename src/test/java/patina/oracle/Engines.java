package patina.oracle;

import patina.host.HostThread;
import patina.llvm.LlvmCompiler;
import patina.llvm.Options;

/** The engines by name, over one guest. All run on the thread that made this. */
final class Engines implements AutoCloseable {
    private static final Options OPTIONS = Options.DEFAULT.withFixed(true).withPoll(false).withCounting(false);

    private final GuestState guest = new GuestState();
    private final HostThread thread = HostThread.attach(guest.cpu.address, guest.memory.base());
    private RealCpu cpu;
    private LlvmCompiler compiler;

    Engine of(String name) {
        return switch (name) {
            case "cpu" -> cpu == null ? cpu = new RealCpu(thread, guest.memory.base()) : cpu;
            case "interp" -> new Interpreted(name, guest, 64);
            case "step" -> stepper();
            case "template" -> new Templated(guest, thread);
            case "llvm" -> new Compiled(name, guest, thread, compiler(), OPTIONS);
            case "llvm0" -> new Compiled(name, guest, thread, compiler(), OPTIONS.withPasses("").withLevel(0).withPrecise(true));
            default -> throw new IllegalArgumentException("no engine " + name + ": cpu, interp, step, template, llvm, llvm0");
        };
    }

    /** Stops after each instruction. */
    Interpreted stepper() { return new Interpreted("step", guest, 1); }

    private LlvmCompiler compiler() { return compiler == null ? compiler = new LlvmCompiler() : compiler; }

    @Override public void close() {
        if (cpu != null) cpu.close();
        if (compiler != null) compiler.close();
        thread.close();
        guest.memory.close();
    }
}
