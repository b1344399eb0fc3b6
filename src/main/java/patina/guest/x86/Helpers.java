package patina.guest.x86;

import patina.guest.Cpu;

/** The instructions that a helper exit does as a whole, by number. Other families add theirs. */
final class Helpers {
    private Helpers() {}

    static final int CPUID = 0, RDTSC = 1, RDTSCP = 2;

    static void run(int number, Cpu cpu) {
        switch (number) {
            case CPUID  -> Cpuid.run(cpu);
            case RDTSC  -> readTimeStamp(cpu);
            case RDTSCP -> { readTimeStamp(cpu); set(cpu, X86State.RCX, 0); }
            default -> { if (!SseHelpers.help(number, cpu)) X87Helpers.help(number, cpu); }
        }
    }

    /** RDTSC: nanoseconds, so the guest sees a processor with a time stamp of 1 GHz. */
    private static void readTimeStamp(Cpu cpu) {
        long now = System.nanoTime();
        set(cpu, X86State.RAX, now & 0xffffffffL);
        set(cpu, X86State.RDX, now >>> 32);
    }

    static long get(Cpu cpu, int register) { return cpu.getLong(X86State.GPR[register].offset()); }

    static void set(Cpu cpu, int register, long v) { cpu.setLong(X86State.GPR[register].offset(), v); }
}
