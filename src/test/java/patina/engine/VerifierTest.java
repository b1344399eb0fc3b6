package patina.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import patina.guest.x86.X86Guest;
import patina.guest.x86.X86State;
import patina.host.CodeArena;
import patina.host.HostThread;
import patina.host.JumpCache;
import patina.host.Native;
import patina.host.Raw;
import patina.interp.Interpreter;
import patina.ir.StateLayout;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.Protection;
import patina.oracle.Assembler;

/** Native code that does what the guest's instructions do not is found, and what does no harm is not: with machine code written by hand. */
class VerifierTest {
    private static final long CODE = 0x400000, DATA = 0x500000;
    private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
    /** Loops. CF is read each time round, PF never. */
    private static final String GUEST = "1: mov [rdi], rax; lea rax, [rax + 1]; setc cl; jmp 1b";
    /** What it should be: guest RAX is R13, RDI is R8, RCX is R14 (patina.host.Native.enter). */
    private static final String RIGHT = "mov gs:[r8], r13; lea r13, [r13 + 1]; and r14, -256; ", COUNT = "add qword ptr [r12 + " + StateLayout.NATIVE_INSTRUCTIONS + "], 4; ",
        BACK = "mov rbx, " + CODE + "; mov [r12 + " + StateLayout.PC + "], rbx; jmp [r12 + " + StateLayout.DISPATCH + "]";

    @Test void agrees() throws Exception { assertEquals("agree: entered 1 times, 4 instructions", outcome(RIGHT + COUNT + BACK)); }

    @Test void flagsThatNobodyReadsMayDiffer() throws Exception {
        assertEquals("agree: entered 1 times, 4 instructions", outcome(RIGHT + "mov byte ptr [r12 + " + X86State.PARITY.offset() + "], 1; " + COUNT + BACK));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ':', value = {"registers differ : lea r13, [r13 + 1] : lea r13, [r13 + 2]", "memory differs : gs|[r8] : gs|[r8 + 8]",
        "native code goes on elsewhere : rbx, 4194304 : rbx, 4194308", "native code faulted : gs|[r8] : gs|[0]"})
    void finds(String what, String right, String wrong) throws Exception {
        String message = outcome((RIGHT + COUNT + BACK).replace(right.replace('|', ':'), wrong.replace('|', ':')));
        assertTrue(message.contains(what), message);
        assertTrue(message.contains("lea rax, [rax+1]") && message.contains("SET rax"), message);
    }

    @Test void findsFlagsThatAreRead() throws Exception {
        String message = outcome(RIGHT + "mov byte ptr [r12 + " + X86State.CF.offset() + "], 1; " + COUNT + BACK);
        assertTrue(message.contains("flags differ, and are read later"), message);
    }

    /** On a thread of its own, for machine code. */
    private static String outcome(String host) throws InterruptedException {
        String[] outcome = {null};
        Thread thread = new Thread(() -> outcome[0] = verify(host));
        thread.start();
        thread.join();
        return outcome[0];
    }

    private static String verify(String host) {
        X86Guest guest = new X86Guest();
        List<byte[]> code = Assembler.assemble(List.of(GUEST, host));
        try (AddressSpace memory = new AddressSpace()) {
            memory.mmap(CODE, AddressSpace.PAGE, Protection.READ | Protection.EXECUTE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            memory.mmap(DATA, AddressSpace.PAGE, Protection.READ | Protection.WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            memory.mprotect(CODE, AddressSpace.PAGE, Protection.READ | Protection.WRITE);
            Raw.copy(code.get(0), 0, memory.base() + CODE, code.get(0).length);
            memory.mprotect(CODE, AddressSpace.PAGE, Protection.READ | Protection.EXECUTE);
            CpuState cpu = new CpuState(Raw.allocate(StateLayout.SIZE), memory);
            guest.initialize(cpu);
            cpu.setLong(X86State.GPR[0].offset(), 41);
            cpu.setLong(X86State.GPR[7].offset(), DATA);
            cpu.setPc(CODE);
            new JumpCache(cpu.address);
            cpu.setLong(StateLayout.EXIT, Native.Stub.EXIT.address());
            cpu.setLong(StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
            long at = CodeArena.get().allocate(code.get(1).length);
            Raw.copy(code.get(1), 0, at, code.get(1).length);
            CodeArena.get().seal(at, code.get(1).length);
            Verified verified = new Verified();
            Verifier verifier = new Verifier(guest, cpu, new CodeTable(guest, memory, 1, pc -> 0), new Interpreter(guest, cpu), verified);
            try (HostThread thread = HostThread.attach(cpu.address, memory.base())) {
                verifier.enter(at);
                return verified.toString().replaceFirst(".*interpreter ", "");
            } catch (Difference d) {
                return d.getMessage();
            }
        }
    }
}
