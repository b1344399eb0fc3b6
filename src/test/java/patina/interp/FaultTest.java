package patina.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import patina.guest.x86.X86Guest;
import patina.guest.x86.X86State;
import patina.host.HostThread;
import patina.host.Raw;
import patina.ir.Slot;
import patina.ir.StateLayout;
import patina.memory.AddressSpace;
import patina.memory.CpuState;
import patina.memory.GuestFault;
import patina.memory.Protection;

/** Whatever whole blocks leave for later or leave out: at a fault the state is the one that going instruction by instruction leaves. */
class FaultTest {
    private static final long CODE = 0x400000, DATA = 0x500000, END = DATA + AddressSpace.PAGE;
    private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
    private static final X86Guest GUEST = new X86Guest();

    /** RSI and RSP lie a little below the end and above the start of the only page. */
    private static final Map<String, String> PROGRAMS = Map.of(
            "flags of an addition before a load that faults", "48 01 d8  48 8b 0a  48 83 c0 01",
            "a loop of one block runs off the page", "8a 06  48 ff c6  3c 41  75 f7",
            "a loop of one block in which CF stays", "48 39 c3  8a 06  48 ff c6  84 c0  74 f4",
            "a loop of one block that goes round often before it runs off the page", "48 81 ee 80 0f 00 00  8a 06  48 01 d3  48 ff c6  3c 41  75 f4",
            "a loop of two blocks runs off the page", "48 83 e9 01  74 08  8a 06  48 83 c6 01  84 c0  74 f0",
            "a second push faults", "53  55  48 83 ec 08",
            "string moves run off the page", "48 85 c0  f3 a4  48 01 c3",
            "division by zero", "48 01 d8  31 c9  48 f7 f1  48 01 d8",
            "an instruction that is none", "48 01 d8  31 c9  48 0f af c3  0f 0b",
            "vectors and x87 before a load that faults", "66 0f ef c9  66 0f 6c c8  d9 e8  0f 77  66 0f 76 c0  0f 10 0a  66 0f ef c0");

    @TestFactory Stream<DynamicTest> faults() {
        return PROGRAMS.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            byte[] code = HexFormat.of().parseHex(e.getValue().replace(" ", ""));
            String expected = run(code, 1, Integer.MAX_VALUE);
            assertEquals(expected, run(code, 32, Integer.MAX_VALUE));
            for (int hot = 0; hot < 4; hot++) assertEquals(expected, run(code, 32, hot), "templates after " + hot);
        }));
    }

    /** On a thread of its own, for machine code that faults. */
    private static String run(byte[] code, int limit, int hot) throws InterruptedException {
        String[] result = {null};
        Thread thread = new Thread(() -> result[0] = registers(code, limit, hot));
        thread.start();
        thread.join();
        return result[0];
    }

    /** All registers after the fault, with the count of instructions. */
    private static String registers(byte[] code, int limit, int hot) {
        try (AddressSpace memory = new AddressSpace()) {
            memory.mmap(CODE, AddressSpace.PAGE, Protection.READ | Protection.WRITE | Protection.EXECUTE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            memory.mmap(DATA, AddressSpace.PAGE, Protection.READ | Protection.WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
            Raw.copy(code, 0, memory.base() + CODE, code.length);
            long state = Raw.allocate(StateLayout.SIZE);
            CpuState cpu = new CpuState(state, memory);
            GUEST.initialize(cpu);
            for (int i = 0; i < 16; i++) cpu.setLong(X86State.GPR[i].offset(), 0x1234567890abcdefL * (i + 1));
            cpu.setLong(X86State.GPR[X86State.RSI].offset(), END - 5);
            cpu.setLong(X86State.GPR[X86State.RDI].offset(), DATA + 100);
            cpu.setLong(X86State.GPR[X86State.RSP].offset(), DATA + 8);
            Plan plan = new Plan(GUEST);
            Map<Long, Code> codes = new HashMap<>();
            Interpreter interpreter = new Interpreter(GUEST, cpu, hot);
            Interpreter.Finder finder = pc -> codes.computeIfAbsent(pc, at -> new Code(GUEST.lift(memory, at, limit), null, plan));
            GuestFault fault = null;
            try (HostThread thread = HostThread.attach(state, memory.base())) {
                interpreter.run(finder.find(CODE), finder);
            } catch (GuestFault f) {
                fault = f;
            }
            StringBuilder s = new StringBuilder(fault + " after " + interpreter.instructions() + "\npc " + Long.toHexString(cpu.pc()));
            for (Slot slot : GUEST.layout().slots()) {
                s.append('\n').append(slot.name());
                for (int i = 0; i < slot.type().bytes(); i++) s.append(' ').append(cpu.getByte(slot.offset() + i));
            }
            interpreter.close();
            Raw.free(state);
            return s.toString();
        }
    }
}
