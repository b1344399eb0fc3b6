package patina.code;

import static org.junit.jupiter.api.Assertions.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.llvm.global.LLVM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import patina.guest.CodeSource;
import patina.host.CodeArena;
import patina.host.JumpCache;
import patina.host.Native;
import patina.host.Raw;
import patina.ir.ExitReason;
import patina.ir.ObjectCode;
import patina.ir.ObjectCode.Range;
import patina.ir.ObjectCode.Relocation;
import patina.ir.ObjectCode.Target;
import patina.ir.StateLayout;

class CodeImageTest {
    /** Guest memory whose byte at pc is a function of pc. */
    static final CodeSource GUEST = (pc, into) -> {
        for (int i = 0; i < into.length; i++) into[i] = guestByte(pc + i);
        return into.length;
    };

    static byte guestByte(long pc) { return (byte) (pc * 31 >> 3); }

    static final byte[] KEY = new byte[32];

    /** A region that is one jump to another. */
    static ObjectCode jump(long entry, long to) {
        return new ObjectCode(entry, 1, new byte[] {(byte) 0xe9, 0, 0, 0, 0}, List.of(new Relocation(1, Target.REGION, to, -4)),
                List.of(new Range(entry, 8)));
    }

    /** mov rbx, [rip + bias]; ud2; with some data behind. */
    static ObjectCode loadsBias(long entry) {
        return new ObjectCode(entry, 5, new byte[] {0x48, (byte) 0x8b, 0x1d, 0, 0, 0, 0, 0x0f, 0x0b, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                List.of(new Relocation(3, Target.BIAS, 0, -4)), List.of(new Range(entry - 0x10, 4), new Range(entry, 20)));
    }

    static final List<ObjectCode> CODES = List.of(jump(0x1000, 0x1008), jump(0x1008, 0x7fff_0000), loadsBias(0x1100), jump(0x2000, 0x1_0000_0000_0L),
            jump(0x3000, -16));

    static byte[] link(List<ObjectCode> codes) { return Linker.link(codes, GUEST, KEY, new TreeMap<>(java.util.Map.of("guest", "toy", "note-name", "x"))); }

    @TempDir Path directory;

    @Test void whatWentInComesOut() throws Exception {
        CodeImage image = CodeImage.of(link(CODES));
        assertEquals(CODES.size(), image.regions());
        for (int i = 0; i < CODES.size(); i++) {
            ObjectCode in = CODES.get(i), out = image.objectCode(image.find(in.entry()));
            assertEquals(in.entry(), out.entry());
            assertEquals(in.instructions(), out.instructions());
            assertArrayEquals(in.code(), out.code());
            assertEquals(in.relocations(), out.relocations());
            assertEquals(in.guest(), out.guest());
            assertEquals(i, image.regionAt(image.textOffset(i)));
            assertEquals(i, image.regionAt(image.textOffset(i) + image.codeLength(i) - 1));
            assertEquals(0, image.textOffset(i) & 15);
        }
        assertEquals(-1, image.find(0x1001));
        assertEquals(-1, image.find(-1));
        assertEquals(-1, image.regionAt(100_000));
        assertEquals("{guest=toy, note-name=x}", image.meta().toString());
    }

    @Test void anImageWithoutRegionsIsAnImage() throws Exception {
        assertEquals(0, CodeImage.of(link(List.of())).regions());
    }

    @Test void linkingIsDeterministicAndRelinkingGivesTheSame() throws Exception {
        byte[] first = link(CODES);
        List<ObjectCode> shuffled = new ArrayList<>(CODES);
        Collections.shuffle(shuffled, new Random(1));
        assertArrayEquals(first, link(shuffled));
        assertArrayEquals(first, link(CodeImage.of(first).objectCodes()));
        List<ObjectCode> half = CodeImage.of(link(CODES.subList(0, 3))).objectCodes();
        List<ObjectCode> grown = new ArrayList<>(half);
        grown.addAll(CODES.subList(3, 5));
        assertArrayEquals(first, link(grown));
    }

    @Test void everyFlippedByteAndEveryTruncationIsRefused() {
        byte[] whole = link(CODES);
        for (int i = 0; i < whole.length; i++) {
            whole[i] ^= 0x10;
            assertThrows(CorruptCodeImage.class, () -> CodeImage.of(whole), "byte " + i);
            whole[i] ^= 0x10;
        }
        for (int length = 0; length < whole.length; length += 61) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThrows(CorruptCodeImage.class, () -> CodeImage.of(cut), "length " + length);
        }
    }

    @Test void jumpsGoToRegionsAndElseToThunks() throws Exception {
        CodeImage image = CodeImage.of(link(CODES));
        ByteBuffer text = ByteBuffer.wrap(image.bytes().copy(image.offset(Part.TEXT), image.size(Part.TEXT))).order(ByteOrder.LITTLE_ENDIAN);
        int first = image.textOffset(0);
        assertEquals(image.textOffset(1), first + 5 + text.getInt(first + 1));
        int thunk = image.textOffset(1) + 5 + text.getInt(image.textOffset(1) + 1);
        assertEquals(-1, image.regionAt(thunk));
        int bias = image.offset(Part.DATA) - image.offset(Part.TEXT), at = image.textOffset(image.find(0x1100));
        assertEquals(bias, at + 7 + text.getInt(at + 3));
    }

    @Test void thunksDisassembleToWhatTheyShouldSay() {
        assertEquals("movq 9(%rip), %rbx; leaq 74565(%rbx), %rbx; movq %rbx, 16(%r12); movq %rbx, 24(%r12); jmpq *48(%r12); int3",
                disassemble(Thunk.write(0x12345, 0x100, 0x110)));
        assertEquals("movq 9(%rip), %rbx; leaq -16(%rbx), %rbx; movq %rbx, 16(%r12); movq %rbx, 24(%r12); jmpq *48(%r12); int3",
                disassemble(Thunk.write(-16, 0x100, 0x110)));
        assertEquals("movq 9(%rip), %rbx; movabsq $78187493520, %r10; leaq (%rbx,%r10), %rbx; movq %rbx, 16(%r12); movq %rbx, 24(%r12); jmpq *48(%r12); int3",
                disassemble(Thunk.write(0x123456_7890L, 0x100, 0x110)));
    }

    static String disassemble(byte[] code) {
        LLVM.LLVMInitializeX86TargetInfo();
        LLVM.LLVMInitializeX86TargetMC();
        LLVM.LLVMInitializeX86Disassembler();
        var context = LLVM.LLVMCreateDisasm("x86_64-linux-gnu", null, 0, null, null);
        List<String> lines = new ArrayList<>();
        try (BytePointer bytes = new BytePointer(code); BytePointer text = new BytePointer(200)) {
            for (long at = 0; at < code.length; ) {
                long n = LLVM.LLVMDisasmInstruction(context, bytes.getPointer(at), code.length - at, at, text, 200);
                assertNotEquals(0, n);
                lines.add(text.getString().split("\0", 2)[0].strip().replace('\t', ' '));
                at += n;
                if (lines.getLast().equals("int3")) break;
            }
        }
        LLVM.LLVMDisasmDispose(context);
        return String.join("; ", lines);
    }

    @Test void attachedCodeRunsAndAMissingTargetIsADirectMiss() throws Exception {
        Path file = directory.resolve("x.so");
        Files.write(file, link(CODES));
        for (CodeImage image : List.of(CodeImage.open(file), CodeImage.of(link(CODES)))) {
            AttachedCode code = AttachedCode.attach(image, 0x40_0000, CodeArena.get());
            assertEquals(0, code.hostEntry(0x1000));
            long host = code.hostEntry(0x40_1000);
            assertTrue(code.contains(host));
            assertEquals(0x40_1000, code.guestEntry(host));
            long state = Raw.allocate(StateLayout.SIZE + 64) + 63 & -64;
            new JumpCache(state);
            Raw.putLong(state + StateLayout.GUEST_FP_CONTROL, 0x1f80);
            Raw.putLong(state + StateLayout.DISPATCH, Native.Stub.DISPATCH.address());
            Native.enter(state, host);
            assertEquals(ExitReason.MISS.ordinal(), Raw.getLong(state + StateLayout.EXIT_REASON));
            assertEquals(0x40_0000L + 0x7fff_0000L, Raw.getLong(state + StateLayout.PC));
            assertEquals(Raw.getLong(state + StateLayout.PC), Raw.getLong(state + StateLayout.EXIT_DETAIL));
            Native.enter(state, code.hostEntry(0x40_2000));
            assertEquals(0x40_0000L + 0x1_0000_0000_0L, Raw.getLong(state + StateLayout.PC));
            code.detach();
        }
    }

    @Test void codeOfAGuestThatChangedIsNoticed() throws Exception {
        AttachedCode code = AttachedCode.attach(CodeImage.of(link(CODES)), 0x40_0000, CodeArena.get());
        long memory = Raw.allocate(0x4000);
        for (int i = 0; i < 0x4000; i++) Raw.putByte(memory + i, guestByte(i));
        AttachedCode.GuestView view = (a, n) -> a >= 0x40_0000 && a + n <= 0x40_4000 ? memory + (a - 0x40_0000) : 0;
        assertEquals(-1, code.firstDifference(view));
        assertEquals(-1, code.firstDifference((a, n) -> n > 0x400 ? 0 : view.hostAddress(a, n)), "a stretch at a time");
        Raw.putByte(memory + 0x1113, (byte) (guestByte(0x1113) + 1));
        assertEquals(0x40_1100, code.firstDifference(view));
        assertEquals(0x40_1000, code.firstDifference((_, _) -> 0));
    }
}
