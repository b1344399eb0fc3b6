package patina.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import patina.ir.ExitReason;
import patina.ir.StateLayout;

/** Entry, exit, dispatch and faults, with native code written by hand. r12 is the state; r13 r14 the first two guest registers. */
class StubsTest {
    private static final int REG = StateLayout.REGISTERS, VEC = StateLayout.VECTORS, MXCSR_DEFAULT = 0x1f80;
    private static final String JUMP_EXIT = "41 ff 64 24 38", JUMP_DISPATCH = "41 ff 64 24 30";  // jmp *EXIT(%r12), jmp *DISPATCH(%r12)

    private static long state() {
        long s = Raw.allocate(StateLayout.SIZE);
        Raw.putInt(s + StateLayout.GUEST_FP_CONTROL, MXCSR_DEFAULT);
        Raw.putLong(s + StateLayout.EXIT, Native.Stub.EXIT.address());
        Raw.putLong(s + StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
        return s;
    }

    private static long code(String... hex) {
        byte[] bytes = HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
        long a = CodeArena.get().allocate(bytes.length);
        Raw.copy(bytes, 0, a, bytes.length);
        CodeArena.get().seal(a, bytes.length);
        return a;
    }

    private static ExitReason reason(long state) { return ExitReason.values()[(int) Raw.getLong(state + StateLayout.EXIT_REASON)]; }

    @Test void pinnedRegistersGoInAndComeBack() {
        long s = state();
        for (int i = 0; i < 11; i++) Raw.putLong(s + REG + 8 * i, 1000 + i);
        for (int i = 0; i < 16; i++) Raw.putLong(s + VEC + 8 * i, 5000 + i);
        // rotate by one: r10 = r13; r13 = r14; … rax = r10; and xmm0 += xmm7 (paddq)
        long code = code("4d 89 ea", "4d 89 f5", "4d 89 fe", "49 89 ff", "48 89 f7", "48 89 d6", "48 89 ca", "4c 89 c1", "4d 89 c8", "4d 89 d9",
                "49 89 c3", "4c 89 d0", "66 0f d4 c7", JUMP_EXIT);
        for (int round = 1; round <= 100; round++) {
            Native.enter(s, code);
            for (int i = 0; i < 11; i++) assertEquals(1000 + (i + round) % 11, Raw.getLong(s + REG + 8 * i), "register " + i);
        }
        assertEquals(5000 + 100 * 5014, Raw.getLong(s + VEC));
        assertEquals(5001 + 100 * 5015, Raw.getLong(s + VEC + 8));
        for (int i = 2; i < 16; i++) assertEquals(5000 + i, Raw.getLong(s + VEC + 8 * i));
    }

    @Test void roundingModeIsTheGuestsInsideAndJavasOutside() {
        long s = state();
        Raw.putInt(s + StateLayout.GUEST_FP_CONTROL, MXCSR_DEFAULT | 2 << 13);  // towards +infinity
        Raw.putLong(s + VEC, Double.doubleToRawLongBits(1));
        Raw.putLong(s + VEC + 16, Double.doubleToRawLongBits(3));
        Native.enter(s, code("f2 0f 5e c1", JUMP_EXIT));  // divsd %xmm1,%xmm0
        assertEquals(Math.nextUp(1.0 / 3), Double.longBitsToDouble(Raw.getLong(s + VEC)));
        assertEquals(MXCSR_DEFAULT | 2 << 13 | 0x20, Raw.getInt(s + StateLayout.GUEST_FP_CONTROL), "inexact is sticky");
    }

    @Test void dispatchHitAndMiss() {
        long s = state();
        JumpCache jumps = new JumpCache(s);
        long target = code("49 ff c5", "49 c7 44 24 08 02 00 00 00", JUMP_EXIT);  // inc %r13; EXIT_REASON = INTERPRET
        long start = code("4d 89 74 24 10", JUMP_DISPATCH);                       // PC = r14
        for (long pc : new long[] {0, 1, 0x401000, 0x7fff_1234_5678L, -1, 1L << 63}) {
            Raw.putLong(s + REG, 7);
            Raw.putLong(s + REG + 8, pc);
            Native.enter(s, start);
            assertEquals(ExitReason.MISS, reason(s), () -> Long.toHexString(pc));
            assertEquals(pc, Raw.getLong(s + StateLayout.PC));
            jumps.put(pc, target);
            Native.enter(s, start);
            assertEquals(ExitReason.INTERPRET, reason(s));
            assertEquals(8, Raw.getLong(s + REG));
            jumps.remove(pc);
            Native.enter(s, start);
            assertEquals(ExitReason.MISS, reason(s));
        }
        jumps.put(0x401000, target);
        Raw.putLong(s + REG + 8, 0x401000);
        Raw.putLong(s + StateLayout.POLL, 1);
        Native.enter(s, start);
        assertEquals(ExitReason.POLL, reason(s));
        assertEquals(0x401000, Raw.getLong(s + StateLayout.PC));
        Raw.putLong(s + StateLayout.POLL, 0);
        jumps.clear();
        Native.enter(s, start);
        assertEquals(ExitReason.MISS, reason(s));
    }

    @Test void faultsComeBackWhileTheJvmKeepsItsOwn() throws Exception {
        onThread(() -> {
            long memory = HostMemory.reserve(1 << 20), s = state();
            try (HostThread thread = HostThread.attach(s, memory)) {
                Raw.putLong(s + REG, 0x4321);
                // rbp = rsp = 0; std; fldz; mov %gs:(%r13), %rax
                long code = code("31 ed", "48 89 ec", "fd", "d9 ee", "65 49 8b 45 00", JUMP_EXIT);
                int nulls = 0;
                for (int i = 0; i < 10_000; i++) {
                    Raw.putLong(s + StateLayout.EXIT_REASON, -1);
                    Native.enter(s, code);
                    assertEquals(ExitReason.FAULT, reason(s));
                    if (i % 1000 == 0) System.gc();
                    try { ((Object) (i % 10 == 0 ? null : s)).hashCode(); } catch (NullPointerException e) { nulls++; }
                }
                assertEquals(1000, nulls);
                assertEquals(11, Raw.getLong(s + StateLayout.FAULT_SIGNAL));
                assertEquals(memory + 0x4321, Raw.getLong(s + StateLayout.EXIT_DETAIL));
                assertEquals(code + 8, Raw.getLong(s + StateLayout.FAULT_HOST_PC));
                assertEquals(2, Raw.getLong(s + StateLayout.FAULT_CODE), "SEGV_ACCERR");
                assertEquals(0, Raw.getLong(s + StateLayout.FAULT_ERROR) & 2, "a read");
                assertEquals(0x4321, Raw.getLong(s + REG));
            }
        });
    }

    @Test void everyFaultSignal() throws Exception {
        onThread(() -> {
            long s = state();
            try (HostThread thread = HostThread.attach(s, 0)) {
                Native.enter(s, code("0f 0b"));                                   // ud2
                assertEquals(4, Raw.getLong(s + StateLayout.FAULT_SIGNAL));
                Native.enter(s, code("31 d2", "31 c9", "f7 f1"));                 // div by zero
                assertEquals(8, Raw.getLong(s + StateLayout.FAULT_SIGNAL));
                assertEquals(1, Raw.getLong(s + StateLayout.FAULT_CODE), "FPE_INTDIV");
                Native.enter(s, code("49 bd 00 00 00 00 00 00 00 80", "41 c6 45 00 00"));  // a store to a non-canonical address
                assertEquals(11, Raw.getLong(s + StateLayout.FAULT_SIGNAL));
                assertEquals(0x80, Raw.getLong(s + StateLayout.FAULT_CODE), "SI_KERNEL");
            }
        });
    }

    @Test void javaFaultInGuestMemoryIsAnErrorNotTheEnd() {
        long memory = HostMemory.reserve(1 << 20);
        FaultHandling.install();
        FaultHandling.guard(memory, memory + (1 << 20));
        assertThrows(InternalError.class, () -> { for (int i = 0; i < 20_000; i++) Raw.getLong(memory + 8 * (i & 1023)); });
        FaultHandling.unguard(memory);
    }

    @Test void probeAndMismatch() {
        FaultHandling.install();
        long none = HostMemory.reserve(8192), a = Raw.allocate(200), b = Raw.allocate(200);
        assertEquals(0, Native.probe(a));
        assertEquals(11, Native.probe(none));
        for (int length = 0; length < 100; length++) {
            assertEquals(-1, Native.mismatch(a + 3, b + 8, length));
            for (int at = 0; at < length; at++) {
                Raw.putByte(b + 8 + at, (byte) 1);
                assertEquals(at, Native.mismatch(a + 3, b + 8, length));
                Raw.putByte(b + 8 + at, (byte) 0);
            }
        }
        assertNotEquals(-1, Native.mismatch(a, none, 1));
        assertNotEquals(-1, Native.mismatch(none, a, 64));
    }

    @Test void stretchesThatDiffer() {
        FaultHandling.install();
        long none = HostMemory.reserve(8192), rows = Raw.allocate(32), a = Raw.allocate(200), b = Raw.allocate(200);
        for (int length = 0; length < 70; length++) {
            Raw.putLong(rows, 3);
            Raw.putInt(rows + 8, length);
            Raw.putInt(rows + 12, 5);
            Raw.putLong(rows + 16, 100);
            Raw.putInt(rows + 24, length);
            Raw.putInt(rows + 28, 90);
            assertEquals(0, Native.differs(rows, 2, a, b));
            for (int at = 0; at < length; at++)
                for (int start : new int[] {5, 90}) {
                    Raw.putByte(b + start + at, (byte) 1);
                    assertNotEquals(0, Native.differs(rows, 2, a, b), length + " bytes, one at " + (start + at));
                    Raw.putByte(b + start + at, (byte) 0);
                }
        }
        assertEquals(0, Native.differs(rows, 0, none, none));
        assertNotEquals(0, Native.differs(rows, 1, none, b));
        assertNotEquals(0, Native.differs(rows, 2, a, none));
    }

    @Test void crc32cIsTheLibrarys() {
        byte[] bytes = new byte[100];
        new java.util.Random(1).nextBytes(bytes);
        for (int from = 0; from < 20; from++)
            for (int length = 0; from + length <= bytes.length; length++) {
                var crc = new java.util.zip.CRC32C();
                crc.update(bytes, from, length);
                assertEquals((int) crc.getValue(), Crc32c.of(0, bytes, from, length));
                assertEquals((int) crc.getValue(), Crc32c.of(Crc32c.of(0, bytes, from, length / 3), bytes, from + length / 3, length - length / 3));
            }
    }

    @Test void crc32cOfThirds() {
        byte[] bytes = new byte[1000];
        new java.util.Random(2).nextBytes(bytes);
        long copy = Raw.allocate(bytes.length);
        Raw.copy(bytes, 0, copy, bytes.length);
        for (int length = 0; length <= bytes.length; length++) {
            int third = length / 3 / 8 * 8;
            byte[] thirds = new byte[12];
            for (int i = 0; i < 3; i++) java.nio.ByteBuffer.wrap(thirds).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(4 * i, Crc32c.of(0, bytes, i * third, third));
            assertEquals(Crc32c.of(Crc32c.of(0, thirds, 0, 12), bytes, 3 * third, length - 3 * third), Crc32c.ofThirds(copy, length));
        }
    }

    @Test void systemCallErrors() {
        assertEquals(Errno.EBADF.result(), Syscall.call(Syscall.FSTAT, -1, 0));
        assertEquals(Errno.ENOSYS.result(), Native.syscall(9999, 0, 0, 0, 0, 0, 0));
        assertEquals(ProcessHandle.current().pid(), Syscall.call(Syscall.GETPID));
        long s = state();
        assertEquals(ProcessHandle.current().pid(), Native.interruptibleSyscall(s, Syscall.GETPID, 0, 0, 0, 0, 0, 0));
        Raw.putLong(s + StateLayout.POLL, 1);
        assertEquals(Errno.EINTR.result(), Native.interruptibleSyscall(s, Syscall.GETPID, 0, 0, 0, 0, 0, 0));
    }

    @Test void sixArgumentsArrive() {
        long a = Native.syscall(Syscall.MMAP, 0, 8192, HostMemory.READ, HostMemory.PRIVATE | HostMemory.ANONYMOUS, -1, 0);
        assertTrue(!Errno.is(a) && Raw.getLong(a) == 0);
        assertEquals(Errno.EINVAL.result(), Native.syscall(Syscall.MMAP, 0, 8192, 1, HostMemory.PRIVATE, 0, 5));
        HostMemory.unmap(a, 8192);
    }

    @Test void cpuFeatures() {
        assertEquals(HostCpu.features(), HostCpu.features());
        assertTrue(HostCpu.features().startsWith("x86-64 "), HostCpu.features());
    }

    interface Body { void run() throws Exception; }

    static void onThread(Body body) throws Exception {
        Throwable[] failure = {null};
        Thread t = new Thread(() -> { try { body.run(); } catch (Throwable e) { failure[0] = e; } });
        t.start();
        t.join();
        if (failure[0] != null) throw new AssertionError(failure[0]);
    }
}
