package patina.guest.x86;

/** The opcodes after 0F (SDM vol. 2, tables ). {@link Form} explains a row. */
final class TwoByteRows {
    private TwoByteRows() {}

    static final String ROWS = """
        00            SLDT/STR/-/-/-/-/-/- Mw
        00            SLDT/STR/-/-/-/-/-/- Rv
        00            -/-/LLDT/LTR/VERR/VERW/-/- Ew
        01            SGDT/SIDT/LGDT/LIDT/-/-/-/- Ms
        01            -/-/-/-/SMSW/-/-/- Mw
        01            -/-/-/-/SMSW/-/-/- Rv
        01/6          LMSW Ew
        01/7          INVLPG M0
        01/1 np reg   MONITOR/MWAIT/-/-/-/-/-/-
        01/2 np reg   XGETBV/XSETBV/-/-/-/-/-/-
        01/7 reg o64  SWAPGS/-/-/-/-/-/-/-
        01/7 reg      -/RDTSCP/-/-/-/-/-/-
        02            LAR Gv,Ew
        03            LSL Gv,Ew
        05 o64        SYSCALL
        06            CLTS
        07 o64        SYSRET
        08            INVD
        09            WBINVD
        0B            UD2
        0D            PREFETCH/PREFETCHW/PREFETCH/PREFETCHW/PREFETCH/PREFETCH/PREFETCH/PREFETCH M0
        0D            NOP Rv
        10            MOVUPS/MOVUPD/MOVSS/MOVSD V*,W*
        11            MOVUPS/MOVUPD/MOVSS/MOVSD W*,V*
        12 np         MOVLPS Vq,Mq
        12 np         MOVHLPS Vx,Ux
        12 66         MOVLPD Vq,Mq
        12 f3         MOVSLDUP Vx,Wx
        12 f2         MOVDDUP Vx,Wq
        13            MOVLPS/MOVLPD Mq,Vq
        14            UNPCKLPS/UNPCKLPD Vx,Wx
        15            UNPCKHPS/UNPCKHPD Vx,Wx
        16 np         MOVHPS Vx,Mq
        16 np         MOVLHPS Vx,Ux
        16 66         MOVHPD Vx,Mq
        16 f3         MOVSHDUP Vx,Wx
        17            MOVHPS/MOVHPD Mq,Vx
        18            PREFETCHNTA/PREFETCHT0/PREFETCHT1/PREFETCHT2/-/-/-/- M0
        18-1D         NOP Ev
        1E/7 f3 reg   -/-/ENDBR64/ENDBR32/-/-/-/-
        1E            NOP Ev
        1F            NOP Ev
        20/0234       MOV Rm,Cm
        21            MOV Rm,Dm
        22/0234       MOV Cm,Rm
        23            MOV Dm,Rm
        28            MOVAPS/MOVAPD Vx,Wx
        29            MOVAPS/MOVAPD Wx,Vx
        2A np         CVTPI2PS Vq,Qq
        2A 66         CVTPI2PD Vx,Qq
        2A f3         CVTSI2SS Vd,Ey
        2A f2         CVTSI2SD Vq,Ey
        2B            MOVNTPS/MOVNTPD Mx,Vx
        2C np         CVTTPS2PI Pq,Wq
        2C 66         CVTTPD2PI Pq,Wx
        2C f3         CVTTSS2SI Gy,Wd
        2C f2         CVTTSD2SI Gy,Wq
        2D np         CVTPS2PI Pq,Wq
        2D 66         CVTPD2PI Pq,Wx
        2D f3         CVTSS2SI Gy,Wd
        2D f2         CVTSD2SI Gy,Wq
        2E np         UCOMISS Vd,Wd
        2E 66         UCOMISD Vq,Wq
        2F np         COMISS Vd,Wd
        2F 66         COMISD Vq,Wq
        30            WRMSR
        31            RDTSC
        32            RDMSR
        33            RDPMC
        34            SYSENTER
        35            SYSEXIT
        40-4F         CMOVCC Gv,Ev
        50            MOVMSKPS/MOVMSKPD Gd,Ux
        51            SQRTPS/SQRTPD/SQRTSS/SQRTSD V*,W*
        52            RSQRTPS/-/RSQRTSS/- V*,W*
        53            RCPPS/-/RCPSS/- V*,W*
        54            ANDPS/ANDPD Vx,Wx
        55            ANDNPS/ANDNPD Vx,Wx
        56            ORPS/ORPD Vx,Wx
        57            XORPS/XORPD Vx,Wx
        58            ADDPS/ADDPD/ADDSS/ADDSD V*,W*
        59            MULPS/MULPD/MULSS/MULSD V*,W*
        5A np         CVTPS2PD Vx,Wq
        5A 66         CVTPD2PS Vx,Wx
        5A f3         CVTSS2SD Vq,Wd
        5A f2         CVTSD2SS Vd,Wq
        5B            CVTDQ2PS/CVTPS2DQ/CVTTPS2DQ/- Vx,Wx
        5C            SUBPS/SUBPD/SUBSS/SUBSD V*,W*
        5D            MINPS/MINPD/MINSS/MINSD V*,W*
        5E            DIVPS/DIVPD/DIVSS/DIVSD V*,W*
        5F            MAXPS/MAXPD/MAXSS/MAXSD V*,W*
        60 np         PUNPCKLBW Pq,Qd
        60 66         PUNPCKLBW Vx,Wx
        61 np         PUNPCKLWD Pq,Qd
        61 66         PUNPCKLWD Vx,Wx
        62 np         PUNPCKLDQ Pq,Qd
        62 66         PUNPCKLDQ Vx,Wx
        63            PACKSSWB Px,Qx
        64            PCMPGTB Px,Qx
        65            PCMPGTW Px,Qx
        66            PCMPGTD Px,Qx
        67            PACKUSWB Px,Qx
        68            PUNPCKHBW Px,Qx
        69            PUNPCKHWD Px,Qx
        6A            PUNPCKHDQ Px,Qx
        6B            PACKSSDW Px,Qx
        6C 66         PUNPCKLQDQ Vx,Wx
        6D 66         PUNPCKHQDQ Vx,Wx
        6E np         MOVD/MOVD/MOVQ Py,Ey
        6E 66         MOVD/MOVD/MOVQ Vy,Ey
        6F np         MOVQ Pq,Qq
        6F 66         MOVDQA Vx,Wx
        6F f3         MOVDQU Vx,Wx
        70 np         PSHUFW Pq,Qq,Ib
        70            -/PSHUFD/PSHUFHW/PSHUFLW Vx,Wx,Ib
        71            -/-/PSRLW/-/PSRAW/-/PSLLW/- Nx,Ib
        72            -/-/PSRLD/-/PSRAD/-/PSLLD/- Nx,Ib
        73            -/-/PSRLQ/-/-/-/PSLLQ/- Nx,Ib
        73 66         -/-/-/PSRLDQ/-/-/-/PSLLDQ Ux,Ib
        74            PCMPEQB Px,Qx
        75            PCMPEQW Px,Qx
        76            PCMPEQD Px,Qx
        77 np         EMMS
        7C            -/HADDPD/-/HADDPS Vx,Wx
        7D            -/HSUBPD/-/HSUBPS Vx,Wx
        7E np         MOVD/MOVD/MOVQ Ey,Py
        7E 66         MOVD/MOVD/MOVQ Ey,Vy
        7E f3         MOVQ Vq,Wq
        7F np         MOVQ Qq,Pq
        7F 66         MOVDQA Wx,Vx
        7F f3         MOVDQU Wx,Vx
        80-8F f64     JCC Jz
        90-9F         SETCC Eb
        A0 d64        PUSH FS
        A1 d64        POP FS
        A2            CPUID
        A3            BT Ev,Gv
        A4            SHLD Ev,Gv,Ib
        A5            SHLD Ev,Gv,CL
        A8 d64        PUSH GS
        A9 d64        POP GS
        AA            RSM
        AB lock       BTS Ev,Gv
        AC            SHRD Ev,Gv,Ib
        AD            SHRD Ev,Gv,CL
        AE np         FXSAVE/FXRSTOR/-/-/XSAVE/XRSTOR/XSAVEOPT/CLFLUSH M0
        AE np         -/-/LDMXCSR/STMXCSR/-/-/-/- Md
        AE np reg     -/-/-/-/-/LFENCE/MFENCE/SFENCE
        AF            IMUL Gv,Ev
        B0 lock       CMPXCHG Eb,Gb
        B1 lock       CMPXCHG Ev,Gv
        B2            LSS Gv,Mp
        B3 lock       BTR Ev,Gv
        B4            LFS Gv,Mp
        B5            LGS Gv,Mp
        B6            MOVZX Gv,Eb
        B7            MOVZX Gv,Ew
        B8 f3         POPCNT Gv,Ev
        B9            UD1 Gv,Ev
        BA/4          BT Ev,Ib
        BA lock       -/-/-/-/-/BTS/BTR/BTC Ev,Ib
        BB lock       BTC Ev,Gv
        BC            BSF Gv,Ev
        BD            BSR Gv,Ev
        BE            MOVSX Gv,Eb
        BF            MOVSX Gv,Ew
        C0 lock       XADD Eb,Gb
        C1 lock       XADD Ev,Gv
        C2            CMPPS/CMPPD/CMPSS/CMPSD V*,W*,Ib
        C3 np         MOVNTI My,Gy
        C4            PINSRW Px,Mw,Ib
        C4            PINSRW Px,Rd,Ib
        C5            PEXTRW Gd,Nx,Ib
        C6            SHUFPS/SHUFPD Vx,Wx,Ib
        C7/1 lock     CMPXCHG8B/CMPXCHG8B/- Mq
        C7/1 lock     -/-/CMPXCHG16B Mx
        C7 np         -/-/-/XRSTORS/XSAVEC/XSAVES/-/- M0
        C8-CF         BSWAP Zv
        D0            -/ADDSUBPD/-/ADDSUBPS Vx,Wx
        D1            PSRLW Px,Qx
        D2            PSRLD Px,Qx
        D3            PSRLQ Px,Qx
        D4            PADDQ Px,Qx
        D5            PMULLW Px,Qx
        D6 66         MOVQ Wq,Vq
        D6 f3         MOVQ2DQ Vx,Nq
        D6 f2         MOVDQ2Q Pq,Uq
        D7            PMOVMSKB Gd,Nx
        D8            PSUBUSB Px,Qx
        D9            PSUBUSW Px,Qx
        DA            PMINUB Px,Qx
        DB            PAND Px,Qx
        DC            PADDUSB Px,Qx
        DD            PADDUSW Px,Qx
        DE            PMAXUB Px,Qx
        DF            PANDN Px,Qx
        E0            PAVGB Px,Qx
        E1            PSRAW Px,Qx
        E2            PSRAD Px,Qx
        E3            PAVGW Px,Qx
        E4            PMULHUW Px,Qx
        E5            PMULHW Px,Qx
        E6            -/CVTTPD2DQ/-/CVTPD2DQ Vx,Wx
        E6 f3         CVTDQ2PD Vx,Wq
        E7 np         MOVNTQ Mq,Pq
        E7 66         MOVNTDQ Mx,Vx
        E8            PSUBSB Px,Qx
        E9            PSUBSW Px,Qx
        EA            PMINSW Px,Qx
        EB            POR Px,Qx
        EC            PADDSB Px,Qx
        ED            PADDSW Px,Qx
        EE            PMAXSW Px,Qx
        EF            PXOR Px,Qx
        F0 f2         LDDQU Vx,Mx
        F1            PSLLW Px,Qx
        F2            PSLLD Px,Qx
        F3            PSLLQ Px,Qx
        F4            PMULUDQ Px,Qx
        F5            PMADDWD Px,Qx
        F6            PSADBW Px,Qx
        F7 np         MASKMOVQ Pq,Nq,Fq
        F7 66         MASKMOVDQU Vx,Ux,Fx
        F8            PSUBB Px,Qx
        F9            PSUBW Px,Qx
        FA            PSUBD Px,Qx
        FB            PSUBQ Px,Qx
        FC            PADDB Px,Qx
        FD            PADDW Px,Qx
        FE            PADDD Px,Qx
        FF            UD0 Gv,Ev
        """;
}
