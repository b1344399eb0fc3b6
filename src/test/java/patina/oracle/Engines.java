package patina.oracle;

import patina.host.HostThread;

/** The engines by name, over one guest. All run on the thread that made this. */
final class Engines {
    private final GuestState guest;
    private final HostThread thread;
    private RealCpu cpu;

    Engines(GuestState guest) {
        this.guest = guest;
        thread = HostThread.attach(guest.cpu.address, guest.memory.base());
    }

    Engine of(String name) {
        return switch (name) {
            case "cpu" -> cpu == null ? cpu = new RealCpu(thread) : cpu;
            case "interp" -> new Interpreted(guest, 64);
            case "step" -> new Interpreted(guest, 1);
            default -> throw new IllegalArgumentException("no engine " + name + ": cpu, interp, step, llvm, llvm0");
        };
    }
}
