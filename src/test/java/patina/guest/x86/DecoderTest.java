package patina.guest.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import patina.guest.x86.Operand.File;
import patina.guest.x86.Operand.Immediate;
import patina.guest.x86.Operand.Memory;
import patina.guest.x86.Operand.Register;

/** What is easily got wrong in x86's encoding, as lines of bytes and text; and what the text does not show. */
class DecoderTest {
    private static final long PC = 0x401000;

    private static final String LINES_64 = """
            90                     => nop
            f390                   => pause
            4190                   => xchg r8d, eax
            4890                   => nop
            4f90                   => xchg r8, rax
            6690                   => nop
            f34190                 => pause
            0f1f4000               => nop dword [rax]
            660f1f840000000000     => nop word [rax+rax]
            f30f1efa               => endbr64
            f30f1efb               => endbr32
            4889e5                 => mov rbp, rsp
            4c8b0424               => mov r8, qword [rsp]
            448a6401ff             => mov r12b, byte [rcx+rax-1]
            88e0                   => mov al, ah
            4088e0                 => mov al, spl
            40b601                 => mov sil, 1
            b601                   => mov dh, 1
            b8ffffffff             => mov eax, 0xffffffff
            48b8f0debc9a78563412   => mov rax, 0x123456789abcdef0
            66b83412               => mov ax, 0x1234
            48c7c0ffffffff         => mov rax, 0xffffffffffffffff
            4883c0ff               => add rax, 0xffffffffffffffff
            6683c0ff               => add ax, 0xffff
            4881ec00010000         => sub rsp, 0x100
            80cc80                 => or ah, 0x80
            8d4402f0               => lea eax, [rdx+rax-0x10]
            488d0500100000         => lea rax, [rip+0x1000]
            678d0500100000         => lea eax, [eip+0x1000]
            674801b0ff000000       => add qword [eax+0xff], rsi
            64488b042528000000     => mov rax, qword fs:[0x28]
            65488b00               => mov rax, qword gs:[rax]
            3e488b00               => mov rax, qword [rax]
            2e648b00               => mov eax, dword fs:[rax]
            642e8b00               => mov eax, dword fs:[rax]
            4ac704ad0000000001000000 => mov qword [r13*4], 1
            428b042500000000       => mov eax, dword [r12*1]
            43030c24               => add ecx, dword [r12+r12]
            6641ff742410           => push word [r12+0x10]
            6a80                   => push 0xffffffffffffff80
            66680080               => push 0x8000
            50                     => push rax
            4155                   => push r13
            6650                   => push ax
            41ff5010               => call qword [r8+0x10]
            ff2500000000           => jmp qword [rip]
            66e900000000           => jmp 0x401006
            66e800000000           => call 0x401006
            ebfe                   => jmp 0x401000
            74fc                   => je 0x400ffe
            480f4cc1               => cmovl rax, rcx
            0f9fc4                 => setg ah
            410f9fc4               => setg r12b
            e300                   => jrcxz 0x401002
            67e300                 => jecxz 0x401003
            c3                     => ret
            66c3                   => ret
            c20800                 => ret 8
            c9                     => leave
            c8000102               => enter 0x100, 2
            4898                   => cdqe
            98                     => cwde
            6698                   => cbw
            4899                   => cqo
            0fb6c4                 => movzx eax, ah
            400fb6c4               => movzx eax, spl
            480fbec9               => movsx rcx, cl
            0fb7442402             => movzx eax, word [rsp+2]
            4863d0                 => movsxd rdx, eax
            6663d0                 => movsxd dx, ax
            f3a4                   => rep movsb byte es:[rdi], byte [rsi]
            f348a5                 => rep movsq qword es:[rdi], qword [rsi]
            67f3ab                 => rep stosd dword es:[edi], eax
            f2ae                   => repne scasb al, byte es:[rdi]
            f3a6                   => repe cmpsb byte [rsi], byte es:[rdi]
            64a5                   => movsd dword es:[rdi], dword fs:[rsi]
            6c                     => insb byte es:[rdi], dx
            ac                     => lodsb al, byte [rsi]
            6d                     => insd dword es:[rdi], dx
            d7                     => xlatb byte [rbx]
            64d7                   => xlatb byte fs:[rbx]
            a01122334455667788     => mov al, byte [0x8877665544332211]
            67a111223344           => mov eax, dword [0x44332211]
            ec                     => in al, dx
            66ed                   => in ax, dx
            e670                   => out 0x70, al
            48d1e8                 => shr rax, 1
            d3e0                   => shl eax, cl
            c0c804                 => ror al, 4
            f7d8                   => neg eax
            f00fb10f               => lock cmpxchg dword [rdi], ecx
            f0480fc102             => lock xadd qword [rdx], rax
            f048830801             => lock or qword [rax], 1
            f048ff4808             => lock dec qword [rax+8]
            0fc70f                 => cmpxchg8b qword [rdi]
            480fc70f               => cmpxchg16b xmmword [rdi]
            410fc8                 => bswap r8d
            480fc8                 => bswap rax
            f30fb8c1               => popcnt eax, ecx
            66f30fb8c1             => popcnt ax, cx
            f3480fb8c1             => popcnt rax, rcx
            0fbcc1                 => bsf eax, ecx
            f30fbcc1               => bsf eax, ecx
            f2480f38f1c3           => crc32 rax, rbx
            66f20f38f1c3           => crc32 eax, bx
            f20f38f0c4             => crc32 eax, ah
            0f38f007               => movbe eax, dword [rdi]
            66480f38f107           => movbe qword [rdi], rax
            0fa3c1                 => bt ecx, eax
            480fbae03f             => bt rax, 0x3f
            0fa4c804               => shld eax, ecx, 4
            0fadd0                 => shrd eax, edx, cl
            48f7f9                 => idiv rcx
            6bc9f4                 => imul ecx, ecx, 0xfffffff4
            4869c900010000         => imul rcx, rcx, 0x100
            0f05                   => syscall
            0fa2                   => cpuid
            0f31                   => rdtsc
            0f01f9                 => rdtscp
            0f01d0                 => xgetbv
            0fae00                 => fxsave [rax]
            480fae20               => xsave [rax]
            0fae5c2404             => stmxcsr dword [rsp+4]
            0faee8                 => lfence
            0faef0                 => mfence
            0faef8                 => sfence
            0fae3f                 => clflush [rdi]
            0f0d08                 => prefetchw [rax]
            0f1808                 => prefetcht0 [rax]
            8ed8                   => mov ds, ax
            8cd8                   => mov eax, ds
            668cd8                 => mov ax, ds
            8c18                   => mov word [rax], ds
            0fa1                   => pop fs
            0f20c0                 => mov rax, cr0
            440f20c0               => mov rax, cr8
            ff1f                   => call far fword [rdi]
            48ff1f                 => call far tbyte [rdi]
            ca0400                 => ret far 4
            48cf                   => iretq
            cd80                   => int 0x80
            cc                     => int3
            f1                     => int1
            0f0b                   => ud2
            0fb9c1                 => ud1 eax, ecx
            0fff08                 => ud0 ecx, dword [rax]
            f4                     => hlt
            9b                     => fwait
            d8c1                   => fadd st0, st1
            dcc1                   => fadd st1, st0
            dce9                   => fsub st1, st0
            dce1                   => fsubr st1, st0
            dee9                   => fsubp st1, st0
            dee1                   => fsubrp st1, st0
            d8e1                   => fsub st0, st1
            d9c1                   => fld st1
            d9c9                   => fxch st1
            d9e0                   => fchs
            db28                   => fld tbyte [rax]
            db7d00                 => fstp tbyte [rbp]
            dd00                   => fld qword [rax]
            df28                   => fild qword [rax]
            db08                   => fisttp dword [rax]
            d92c24                 => fldcw word [rsp]
            dfe0                   => fnstsw ax
            df38                   => fistp qword [rax]
            df20                   => fbld tbyte [rax]
            dbe9                   => fucomi st0, st1
            dff1                   => fcomip st0, st1
            dac1                   => fcmovb st0, st1
            dad9                   => fcmovu st0, st1
            dae9                   => fucompp
            ded9                   => fcompp
            dbe3                   => fninit
            0f28c1                 => movaps xmm0, xmm1
            660f28c1               => movapd xmm0, xmm1
            f20f1000               => movsd xmm0, qword [rax]
            f30f1100               => movss dword [rax], xmm0
            f20f10c1               => movsd xmm0, xmm1
            0f12c1                 => movhlps xmm0, xmm1
            0f1200                 => movlps xmm0, qword [rax]
            660f1600               => movhpd xmm0, qword [rax]
            f30f16c1               => movshdup xmm0, xmm1
            f20f1200               => movddup xmm0, qword [rax]
            f20f2ac0               => cvtsi2sd xmm0, eax
            f2480f2a00             => cvtsi2sd xmm0, qword [rax]
            f30f2c00               => cvttss2si eax, dword [rax]
            f2480f2cc1             => cvttsd2si rax, xmm1
            660f2e00               => ucomisd xmm0, qword [rax]
            0f5af9                 => cvtps2pd xmm7, xmm1
            f20f5a00               => cvtsd2ss xmm0, qword [rax]
            660fefc0               => pxor xmm0, xmm0
            0fefc0                 => pxor mm0, mm0
            66450fefff             => pxor xmm15, xmm15
            410fefc0               => pxor mm0, mm0
            0f6000                 => punpcklbw mm0, dword [rax]
            660f6000               => punpcklbw xmm0, xmmword [rax]
            660f6ec0               => movd xmm0, eax
            66480f6ec0             => movq xmm0, rax
            660f7ec0               => movd eax, xmm0
            66480f7e00             => movq qword [rax], xmm0
            f30f7e00               => movq xmm0, qword [rax]
            660fd600               => movq qword [rax], xmm0
            660fd7c1               => pmovmskb eax, xmm1
            0fc4c001               => pinsrw mm0, eax, 1
            660fc400ff             => pinsrw xmm0, word [rax], 0xff
            660fc5c101             => pextrw eax, xmm1, 1
            660f73d804             => psrldq xmm0, 4
            0f73f004               => psllq mm0, 4
            660f70c1e4             => pshufd xmm0, xmm1, 0xe4
            f30f70c100             => pshufhw xmm0, xmm1, 0
            0fc2c101               => cmpps xmm0, xmm1, 1
            f20fc20001             => cmpsd xmm0, qword [rax], 1
            660f3800c1             => pshufb xmm0, xmm1
            0f380000               => pshufb mm0, qword [rax]
            660f3a0fc108           => palignr xmm0, xmm1, 8
            660f3a0b0009           => roundsd xmm0, qword [rax], 9
            660f381000             => pblendvb xmm0, xmmword [rax]
            660f383000             => pmovzxbw xmm0, qword [rax]
            660f382200             => pmovsxbq xmm0, word [rax]
            660f3a14c001           => pextrb eax, xmm0, 1
            660f3a142001           => pextrb byte [rax], xmm4, 1
            660f3a22c001           => pinsrd xmm0, eax, 1
            66480f3a22c001         => pinsrq xmm0, rax, 1
            660f3a21c110           => insertps xmm0, xmm1, 0x10
            660f3a63c10c           => pcmpistri xmm0, xmm1, 0xc
            0fc300                 => movnti dword [rax], eax
            660fe700               => movntdq xmmword [rax], xmm0
            660ff7c1               => maskmovdqu xmm0, xmm1, xmmword [rdi]
            67660ff7c1             => maskmovdqu xmm0, xmm1, xmmword [edi]
            f20ff000               => lddqu xmm0, xmmword [rax]
            0f77                   => emms
            0fd100                 => psrlw mm0, qword [rax]
            f00fab08               => lock bts dword [rax], ecx
            f00bc8                 => invalid: LOCK
            f001c8                 => invalid: LOCK
            f03908                 => invalid: LOCK
            f08700                 => lock xchg dword [rax], eax
            f090                   => invalid: LOCK
            f0a4                   => invalid: LOCK
            06                     => invalid
            27                     => invalid
            60                     => invalid
            9a00000000             => invalid
            c4e2                   => invalid
            c5f8                   => invalid
            62f1                   => invalid
            8fc8                   => invalid
            d50a                   => invalid
            82c001                 => invalid
            0f04                   => invalid
            0f0a                   => invalid
            f30f28c1               => invalid
            660f12c1               => invalid
            0fae28                 => xrstor [rax]
            660f38f7c1             => invalid
            8ec8                   => invalid
            8ef0                   => invalid
            0f20c8                 => invalid
            8dc0                   => invalid
            c6c8                   => invalid
            fe10                   => invalid
            ff38                   => invalid
            0f01ca                 => invalid
            662e0f1f840000000000   => nop word [rax+rax]
            26262626262626262626262626262690 => invalid: TOO_LONG
            2626262626262626262626262626268b => invalid: TOO_LONG
            262626262626262626262626262690 => nop
                                   => truncated
            48                     => truncated
            0f                     => truncated
            0f38                   => truncated
            8b                     => truncated
            8b04                   => truncated
            8b0425000000           => truncated
            05000000               => truncated
            """;

    private static final String LINES_32 = """
            40                     => inc eax
            4f                     => dec edi
            60                     => pushad
            6661                   => popa
            06                     => push es
            0fa9                   => pop gs
            1f                     => pop ds
            c400                   => les eax, fword [eax]
            c500                   => lds eax, fword [eax]
            6200                   => bound eax, qword [eax]
            c5f877                 => invalid
            6300                   => arpl word [eax], ax
            82c001                 => add al, 1
            9a785634121000         => call far 0x10:0x12345678
            669a34121000           => call far 0x10:0x1234
            ea785634121000         => jmp far 0x10:0x12345678
            66e9fcff               => jmp 0x1000
            e9f0ffffff             => jmp 0x400ff5
            66e80000               => call 0x1004
            67e300                 => jcxz 0x401003
            e300                   => jecxz 0x401002
            678b00                 => mov eax, dword [bx+si]
            678b4410               => mov eax, dword [si+0x10]
            678b02                 => mov eax, dword [bp+si]
            678b46fe               => mov eax, dword [bp-2]
            67668b8e0080           => mov cx, word [bp-0x8000]
            678b1e3412             => mov ebx, dword [0x1234]
            67a13412               => mov eax, dword [0x1234]
            a178563412             => mov eax, dword [0x12345678]
            648b00                 => mov eax, dword fs:[eax]
            368b00                 => mov eax, dword ss:[eax]
            2e8b4500               => mov eax, dword cs:[ebp]
            8b4500                 => mov eax, dword [ebp]
            8b0424                 => mov eax, dword [esp]
            8b0500100000           => mov eax, dword [0x1000]
            8b04ad00100000         => mov eax, dword [ebp*4+0x1000]
            8b04e0                 => mov eax, dword [eax]
            d40a                   => aam 0xa
            d50a                   => aad 0xa
            27                     => daa
            ce                     => into
            d6                     => salc
            88e6                   => mov dh, ah
            88f7                   => mov bh, dh
            ff7508                 => push dword [ebp+8]
            66ff7508               => push word [ebp+8]
            6aff                   => push 0xffffffff
            6800000080             => push 0x80000000
            9c                     => pushfd
            669c                   => pushf
            c9                     => leave
            cf                     => iretd
            0fc70f                 => cmpxchg8b qword [edi]
            0f05                   => invalid
            8f00                   => pop dword [eax]
            8fc0                   => pop eax
            66a5                   => movsw word es:[edi], word [esi]
            0f20e0                 => mov eax, cr4
            cd80                   => int 0x80
            c5c0                   => invalid
            f00fc70f               => lock cmpxchg8b qword [edi]
            0f01f8                 => invalid
            """;

    @Test void decodes64() { check(Decoder.Mode.BITS_64, LINES_64); }

    @Test void decodes32() { check(Decoder.Mode.BITS_32, LINES_32); }

    private static void check(Decoder.Mode mode, String lines) {
        StringBuilder actual = new StringBuilder();
        for (String line : lines.split("\n")) {
            String bytes = line.substring(0, line.indexOf("=>")).strip();
            actual.append(String.format("%-22s => %s%n", bytes, toText(decode(mode, bytes), bytes.length() / 2)));
        }
        assertEquals(lines, actual.toString());
    }

    private static String toText(Decoded decoded, int length) {
        return switch (decoded) {
            case Insn insn when insn.length() != length -> "length " + insn.length();
            case Insn insn                              -> Text.toText(insn);
            case Decoded.Invalid invalid when invalid.reason() == Decoded.Reason.UNDEFINED -> "invalid";
            case Decoded.Invalid invalid                -> "invalid: " + invalid.reason();
            case Decoded.Truncated _                    -> "truncated";
        };
    }

    private static Decoded decode(Decoder.Mode mode, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new Decoder(mode).decode(bytes, 0, bytes.length, PC);
    }

    private static Insn insn64(String hex) { return assertInstanceOf(Insn.class, decode(Decoder.Mode.BITS_64, hex)); }

    private static Insn insn32(String hex) { return assertInstanceOf(Insn.class, decode(Decoder.Mode.BITS_32, hex)); }

    @Test void operandSizes() {
        assertEquals(8, insn64("00c8").operandBits());
        assertEquals(8, insn64("f3aa").operandBits());
        assertEquals(8, insn64("e670").operandBits());
        assertEquals(32, insn64("0fb6c4").operandBits());
        assertEquals(64, insn64("480fb6c4").operandBits());
        assertEquals(64, insn64("50").operandBits());
        assertEquals(16, insn64("6650").operandBits());
        assertEquals(32, insn32("50").operandBits());
        assertEquals(64, insn64("66c3").operandBits());
        assertEquals(16, insn32("66c3").operandBits());
        assertEquals(64, insn64("480fae00").operandBits());
    }

    @Test void immediates() {
        assertEquals(new Immediate(-1, 64), insn64("4883c0ff").operands().get(1));
        assertEquals(new Immediate(-1, 64), insn64("48c7c0ffffffff").operands().get(1));
        assertEquals(new Immediate(-1, 8), insn64("04ff").operands().get(1));
        assertEquals(new Immediate(-1, 16), insn64("6683c0ff").operands().get(1));
        assertEquals(new Immediate(0xFF, 8), insn64("660f70c0ff").operands().get(2));
        assertEquals(new Immediate(0x80, 8), insn64("cd80").operands().get(0));
        assertEquals(new Immediate(0xFFFF, 16), insn64("c2ffff").operands().get(0));
        assertEquals(new Immediate(1, 8), insn64("d1e0").operands().get(1));
    }

    @Test void accessSizes() {
        assertEquals(new Register(File.XMM, 1, 64), insn64("f20f58c1").operands().get(1));
        assertEquals(new Register(File.XMM, 1, 32), insn64("f30f58c1").operands().get(1));
        assertEquals(new Register(File.MMX, 1, 64), insn64("0ffcc1").operands().get(1));
        assertEquals(new Register(File.GPR8_HIGH, 0, 8), insn64("88e0").operands().get(1));
        assertEquals(new Memory(3, 0, Memory.NONE, 1, 0, 0), insn64("488d00").operands().get(1));
        assertEquals(new Memory(3, Memory.RIP, Memory.NONE, 1, 16, 64), insn64("488b0510000000").operands().get(1));
        assertEquals(new Memory(2, 5, Memory.NONE, 1, 0, 32), insn32("8b4500").operands().get(1));
    }

    @Test void segmentsAreThoseThatApply() {
        assertEquals(3, ((Memory) insn64("368b00").operands().get(1)).segment());
        assertEquals(2, ((Memory) insn32("368b00").operands().get(1)).segment());
        assertEquals(4, ((Memory) insn64("643e8b00").operands().get(1)).segment());
        assertEquals(3, ((Memory) insn32("643e8b00").operands().get(1)).segment());
        assertEquals(List.of(0, 5), insn64("65a4").operands().stream().map(operand -> ((Memory) operand).segment()).toList());
    }
}
