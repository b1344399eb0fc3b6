package patina.guest.x86;

/** The opcodes after 0F 38 and 0F 3A (SDM vol. 2, tables ). {@link Form} explains a row. */
final class ThreeByteRows {
    private ThreeByteRows() {}

    static final String ROWS_38 = """
        00            PSHUFB Px,Qx
        01            PHADDW Px,Qx
        02            PHADDD Px,Qx
        03            PHADDSW Px,Qx
        04            PMADDUBSW Px,Qx
        05            PHSUBW Px,Qx
        06            PHSUBD Px,Qx
        07            PHSUBSW Px,Qx
        08            PSIGNB Px,Qx
        09            PSIGNW Px,Qx
        0A            PSIGND Px,Qx
        0B            PMULHRSW Px,Qx
        10 66         PBLENDVB Vx,Wx
        14 66         BLENDVPS Vx,Wx
        15 66         BLENDVPD Vx,Wx
        17 66         PTEST Vx,Wx
        1C            PABSB Px,Qx
        1D            PABSW Px,Qx
        1E            PABSD Px,Qx
        20 66         PMOVSXBW Vx,Wq
        21 66         PMOVSXBD Vx,Wd
        22 66         PMOVSXBQ Vx,Ww
        23 66         PMOVSXWD Vx,Wq
        24 66         PMOVSXWQ Vx,Wd
        25 66         PMOVSXDQ Vx,Wq
        28 66         PMULDQ Vx,Wx
        29 66         PCMPEQQ Vx,Wx
        2A 66         MOVNTDQA Vx,Mx
        2B 66         PACKUSDW Vx,Wx
        30 66         PMOVZXBW Vx,Wq
        31 66         PMOVZXBD Vx,Wd
        32 66         PMOVZXBQ Vx,Ww
        33 66         PMOVZXWD Vx,Wq
        34 66         PMOVZXWQ Vx,Wd
        35 66         PMOVZXDQ Vx,Wq
        37 66         PCMPGTQ Vx,Wx
        38 66         PMINSB Vx,Wx
        39 66         PMINSD Vx,Wx
        3A 66         PMINUW Vx,Wx
        3B 66         PMINUD Vx,Wx
        3C 66         PMAXSB Vx,Wx
        3D 66         PMAXSD Vx,Wx
        3E 66         PMAXUW Vx,Wx
        3F 66         PMAXUD Vx,Wx
        40 66         PMULLD Vx,Wx
        41 66         PHMINPOSUW Vx,Wx
        F0 np 66      MOVBE Gv,Mv
        F0 f2         CRC32 Gy,Eb
        F1 np 66      MOVBE Mv,Gv
        F1 f2         CRC32 Gy,Ev
        """;

    static final String ROWS_3A = """
        08 66         ROUNDPS Vx,Wx,Ib
        09 66         ROUNDPD Vx,Wx,Ib
        0A 66         ROUNDSS Vd,Wd,Ib
        0B 66         ROUNDSD Vq,Wq,Ib
        0C 66         BLENDPS Vx,Wx,Ib
        0D 66         BLENDPD Vx,Wx,Ib
        0E 66         PBLENDW Vx,Wx,Ib
        0F            PALIGNR Px,Qx,Ib
        14 66         PEXTRB Mb,Vx,Ib
        14 66         PEXTRB Rd,Vx,Ib
        15 66         PEXTRW Mw,Vx,Ib
        15 66         PEXTRW Rd,Vx,Ib
        16 66         PEXTRD/PEXTRD/PEXTRQ Ey,Vx,Ib
        17 66         EXTRACTPS Ed,Vx,Ib
        20 66         PINSRB Vx,Mb,Ib
        20 66         PINSRB Vx,Rd,Ib
        21 66         INSERTPS Vx,Md,Ib
        21 66         INSERTPS Vx,Ux,Ib
        22 66         PINSRD/PINSRD/PINSRQ Vx,Ey,Ib
        40 66         DPPS Vx,Wx,Ib
        41 66         DPPD Vx,Wx,Ib
        42 66         MPSADBW Vx,Wx,Ib
        60 66         PCMPESTRM Vx,Wx,Ib
        61 66         PCMPESTRI Vx,Wx,Ib
        62 66         PCMPISTRM Vx,Wx,Ib
        63 66         PCMPISTRI Vx,Wx,Ib
        """;
}
