package patina.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import patina.guest.x86.X86Guest;
import patina.guest.x86.X86State;
import patina.host.HostThread;
import patina.host.Raw;
import patina.ir.StateLayout;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.Protection;

/** A block that is left in its middle, because somebody else wrote where it wanted to: nothing behind that has happened. */
class LeavingTest {
    private static final long CODE = 0x400000, DATA = 0x500000;
    private static final int PRIVATE_ANONYMOUS_FIXED = 0x32, TIMES = 3_000_000;
    private static final X86Guest GUEST = new X86Guest();

    /** lock neg [rdi]; inc rbx; then a system call, or a call of one by way of a register or of the stack. */
    @ParameterizedTest
    @CsvSource({"f0 f7 1f 48 ff c3 0f 05, 32", "f0 f7 1f 48 ff c3 0f 05, 0", "f0 f7 1f 48 ff c3 ff e6, 32", "f0 f7 1f 48 ff c3 ff e6, 0"})
    void somebodyElseWrites(String bytes, int hot) throws InterruptedException {
        Throwable[] failure = {null};
        Thread thread = new Thread(() -> run(HexFormat.of().parseHex(bytes.replace(" ", "")), hot));
        thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
        thread.start();
        thread.join();
        assertNull(failure[0]);
    }

    private static void run(byte[] code, int hot) {
        try (AddressSpace memory = new AddressSpace()) {
            memory.mmap(CODE, AddressSpace.PAGE, Protection.READ | Protection.WRITE | Protection.EXECUTE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            memory.mmap(DATA, AddressSpace.PAGE, Protection.READ | Protection.WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            Raw.copy(code, 0, memory.base() + CODE, code.length);
            Raw.copy(new byte[] {0x0f, 0x05}, 0, memory.base() + CODE + 64, 2);
            long state = Raw.allocate(StateLayout.SIZE);
            CpuState cpu = new CpuState(state, memory);
            GUEST.initialize(cpu);
            cpu.setLong(X86State.GPR[X86State.RDI].offset(), DATA);
            cpu.setLong(X86State.GPR[X86State.RSI].offset(), CODE + 64);
            Plan plan = new Plan(GUEST);
            Map<Long, Code> codes = new HashMap<>();
            int[] again = {0};
            Interpreter.Finder finder = pc -> {
                if (pc == CODE) again[0]++;
                return codes.computeIfAbsent(pc, at -> new Code(GUEST.lift(memory, at, 32), null, plan));
            };
            Interpreter interpreter = new Interpreter(GUEST, cpu, hot);
            AtomicBoolean done = new AtomicBoolean();
            Thread writer = new Thread(() -> {
                for (long i = 0; !done.get(); i++) {
                    Raw.putLongVolatile(memory.base() + DATA, i);
                    Thread.onSpinWait();
                }
            });
            writer.start();
            try (HostThread attached = HostThread.attach(state, memory.base())) {
                long after = code[code.length - 1] == 0x05 ? CODE + code.length : CODE + 66;
                for (int i = 0; i < TIMES && again[0] < 10; i++) {
                    cpu.setPc(CODE);
                    assertEquals(Interpreter.Stop.SYSCALL, interpreter.run(codes.computeIfAbsent(CODE, at -> new Code(GUEST.lift(memory, at, 32), null, plan)), finder));
                    assertEquals(after, cpu.pc());
                    assertEquals(i + 1, cpu.getLong(X86State.GPR[X86State.RBX].offset()));
                }
            } finally {
                done.set(true);
                join(writer);       // it is over before the memory is gone
                interpreter.close();
            }
            assertTrue(again[0] > 0, "the block was never left in its middle");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
