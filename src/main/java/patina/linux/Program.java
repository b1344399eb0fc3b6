package patina.linux;

import java.util.List;
import patina.memory.AddressSpace;
import patina.memory.CpuState;

/** What execve(2) gives a process: a program in a new address space, and what it was called with. */
final class Program {
    final AddressSpace memory;
    final LaunchSpec spec;
    /** Absolute path of the program's file, as the guest sees it and as the host finds it. */
    String executable, hostExecutable;
    /** argv and auxv as they were laid out, for /proc/self. */
    List<String> arguments;
    byte[] auxiliary = new byte[0];
    /** Lowest address of the stack, which a greater RLIMIT_STACK moves down. */
    long stackBottom;
    /** The first thread's, at the entry point. */
    CpuState cpu;

    Program(AddressSpace memory, LaunchSpec spec) {
        this.memory = memory;
        this.spec = spec;
        arguments = spec.arguments().isEmpty() ? List.of("") : spec.arguments();   // since Linux 5.18
    }

    /** The same program in another process: fork(2). */
    Program in(AddressSpace other) {
        Program copy = new Program(other, spec);
        copy.executable = executable;
        copy.hostExecutable = hostExecutable;
        copy.arguments = arguments;
        copy.auxiliary = auxiliary;
        copy.stackBottom = stackBottom;
        return copy;
    }
}
