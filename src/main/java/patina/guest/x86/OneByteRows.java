package patina.guest.x86;

/** The one-byte opcodes (SDM vol. 2, tables ), without x87. {@link Form} explains a row. */
final class OneByteRows {
    private OneByteRows() {}

    static final String ROWS = """
        00 lock       ADD Eb,Gb
        01 lock       ADD Ev,Gv
        02            ADD Gb,Eb
        03            ADD Gv,Ev
        04            ADD AL,sb
        05            ADD rAX,Iz
        06 i64        PUSH ES
        07 i64        POP ES
        08 lock       OR Eb,Gb
        09 lock       OR Ev,Gv
        0A            OR Gb,Eb
        0B            OR Gv,Ev
        0C            OR AL,sb
        0D            OR rAX,Iz
        0E i64        PUSH CS
        10 lock       ADC Eb,Gb
        11 lock       ADC Ev,Gv
        12            ADC Gb,Eb
        13            ADC Gv,Ev
        14            ADC AL,sb
        15            ADC rAX,Iz
        16 i64        PUSH SS
        17 i64        POP SS
        18 lock       SBB Eb,Gb
        19 lock       SBB Ev,Gv
        1A            SBB Gb,Eb
        1B            SBB Gv,Ev
        1C            SBB AL,sb
        1D            SBB rAX,Iz
        1E i64        PUSH DS
        1F i64        POP DS
        20 lock       AND Eb,Gb
        21 lock       AND Ev,Gv
        22            AND Gb,Eb
        23            AND Gv,Ev
        24            AND AL,sb
        25            AND rAX,Iz
        27 i64        DAA
        28 lock       SUB Eb,Gb
        29 lock       SUB Ev,Gv
        2A            SUB Gb,Eb
        2B            SUB Gv,Ev
        2C            SUB AL,sb
        2D            SUB rAX,Iz
        2F i64        DAS
        30 lock       XOR Eb,Gb
        31 lock       XOR Ev,Gv
        32            XOR Gb,Eb
        33            XOR Gv,Ev
        34            XOR AL,sb
        35            XOR rAX,Iz
        37 i64        AAA
        38            CMP Eb,Gb
        39            CMP Ev,Gv
        3A            CMP Gb,Eb
        3B            CMP Gv,Ev
        3C            CMP AL,sb
        3D            CMP rAX,Iz
        3F i64        AAS
        40-47 i64     INC Zv
        48-4F i64     DEC Zv
        50-57 d64     PUSH Zv
        58-5F d64     POP Zv
        60 i64        PUSHA/PUSHAD/-
        61 i64        POPA/POPAD/-
        62 i64        BOUND Gv,Ma
        63 i64        ARPL Ew,Gw
        63 o64        MOVSXD Gv,Ez
        68 d64        PUSH Iz
        69            IMUL Gv,Ev,Iz
        6A d64        PUSH sv
        6B            IMUL Gv,Ev,sv
        6C            INSB Yb,DX
        6D            INSW/INSD/INSD Yz,DX
        6E            OUTSB DX,Xb
        6F            OUTSW/OUTSD/OUTSD DX,Xz
        70-7F f64     JCC Jb
        80 lock       ADD/OR/ADC/SBB/AND/SUB/XOR/- Eb,sb
        80/7          CMP Eb,sb
        81 lock       ADD/OR/ADC/SBB/AND/SUB/XOR/- Ev,Iz
        81/7          CMP Ev,Iz
        82 i64 lock   ADD/OR/ADC/SBB/AND/SUB/XOR/- Eb,sb
        82/7 i64      CMP Eb,sb
        83 lock       ADD/OR/ADC/SBB/AND/SUB/XOR/- Ev,sv
        83/7          CMP Ev,sv
        84            TEST Eb,Gb
        85            TEST Ev,Gv
        86 lock       XCHG Eb,Gb
        87 lock       XCHG Ev,Gv
        88            MOV Eb,Gb
        89            MOV Ev,Gv
        8A            MOV Gb,Eb
        8B            MOV Gv,Ev
        8C/012345     MOV Mw,Sw
        8C/012345     MOV Rv,Sw
        8D            LEA Gv,M0
        8E/02345      MOV Sw,Ew
        8F/0 d64      POP Ev
        90 f3         PAUSE
        90 b0         NOP
        90-97         XCHG Zv,rAX
        98            CBW/CWDE/CDQE
        99            CWD/CDQ/CQO
        9A i64        CALL_FAR Ap
        9B            FWAIT
        9C i64        PUSHF/PUSHFD/-
        9C d64 o64    PUSHF/PUSHFQ/PUSHFQ
        9D i64        POPF/POPFD/-
        9D d64 o64    POPF/POPFQ/POPFQ
        9E            SAHF
        9F            LAHF
        A0            MOV AL,Ob
        A1            MOV rAX,Ov
        A2            MOV Ob,AL
        A3            MOV Ov,rAX
        A4            MOVSB Yb,Xb
        A5            MOVSW/MOVSD_STRING/MOVSQ Yv,Xv
        A6            CMPSB Xb,Yb
        A7            CMPSW/CMPSD_STRING/CMPSQ Xv,Yv
        A8            TEST AL,sb
        A9            TEST rAX,Iz
        AA            STOSB Yb,AL
        AB            STOSW/STOSD/STOSQ Yv,rAX
        AC            LODSB AL,Xb
        AD            LODSW/LODSD/LODSQ rAX,Xv
        AE            SCASB AL,Yb
        AF            SCASW/SCASD/SCASQ rAX,Yv
        B0-B7         MOV Zb,sb
        B8-BF         MOV Zv,Iv
        C0            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Eb,Ib
        C1            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Ev,Ib
        C2 f64        RET Iw
        C3 f64        RET
        C4 i64        LES Gv,Mp
        C5 i64        LDS Gv,Mp
        C6/0          MOV Eb,sb
        C7/0          MOV Ev,Iz
        C8 d64        ENTER Iw,Ib
        C9 d64        LEAVE
        CA            RET_FAR Iw
        CB            RET_FAR
        CC            INT3
        CD            INT Ib
        CE i64        INTO
        CF            IRET/IRETD/IRETQ
        D0            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Eb,1
        D1            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Ev,1
        D2            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Eb,CL
        D3            ROL/ROR/RCL/RCR/SHL/SHR/SHL/SAR Ev,CL
        D4 i64        AAM Ib
        D5 i64        AAD Ib
        D6 i64        SALC
        D7            XLATB Bb
        E0 f64        LOOPNE Jb
        E1 f64        LOOPE Jb
        E2 f64        LOOP Jb
        E3 a16 f64    JCXZ Jb
        E3 a32 f64    JECXZ Jb
        E3 a64 f64    JRCXZ Jb
        E4            IN AL,Ib
        E5            IN zAX,Ib
        E6            OUT Ib,AL
        E7            OUT Ib,zAX
        E8 f64        CALL Jz
        E9 f64        JMP Jz
        EA i64        JMP_FAR Ap
        EB f64        JMP Jb
        EC            IN AL,DX
        ED            IN zAX,DX
        EE            OUT DX,AL
        EF            OUT DX,zAX
        F1            INT1
        F4            HLT
        F5            CMC
        F6/01         TEST Eb,sb
        F6 lock       -/-/NOT/NEG/-/-/-/- Eb
        F6            -/-/-/-/MUL/IMUL/DIV/IDIV Eb
        F7/01         TEST Ev,Iz
        F7 lock       -/-/NOT/NEG/-/-/-/- Ev
        F7            -/-/-/-/MUL/IMUL/DIV/IDIV Ev
        F8            CLC
        F9            STC
        FA            CLI
        FB            STI
        FC            CLD
        FD            STD
        FE/0 lock     INC Eb
        FE/1 lock     DEC Eb
        FF/0 lock     INC Ev
        FF/1 lock     DEC Ev
        FF/2 f64      CALL Ev
        FF/3          CALL_FAR Mp
        FF/4 f64      JMP Ev
        FF/5          JMP_FAR Mp
        FF/6 d64      PUSH Ev
        """;
}
