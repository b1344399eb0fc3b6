package patina.guest.x86;

/**
 * The x87 escape opcodes D8-DF (SDM vol. 2, tables ). {@link Form} explains a row. The blank register cells that every
 * processor since the 387 takes as another name of a neighbour are written as that neighbour (FCOM, FCOMP, FXCH, FSTP, FFREEP; FSTPNCE looks at no tag),
 * and FENI, FDISI, FSETPM, to which only the 8087 and 287 gave a meaning, do nothing.
 */
final class X87Rows {
    private X87Rows() {}

    static final String ROWS = """
        D8            FADD/FMUL/FCOM/FCOMP/FSUB/FSUBR/FDIV/FDIVR Md
        D8 reg        FADD/FMUL/-/-/FSUB/FSUBR/FDIV/FDIVR ST0,STi
        D8 reg        -/-/FCOM/FCOMP/-/-/-/- STi
        D9            FLD/-/FST/FSTP/-/-/-/- Md
        D9            -/-/-/-/FLDENV/-/FNSTENV/- M0
        D9            -/-/-/-/-/FLDCW/-/FNSTCW Mw
        D9 reg        FLD/FXCH/-/FSTPNCE/-/-/-/- STi
        D9/2 reg      FNOP/-/-/-/-/-/-/-
        D9/4 reg      FCHS/FABS/-/-/FTST/FXAM/-/-
        D9/5 reg      FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ/-
        D9/6 reg      F2XM1/FYL2X/FPTAN/FPATAN/FXTRACT/FPREM1/FDECSTP/FINCSTP
        D9/7 reg      FPREM/FYL2XP1/FSQRT/FSINCOS/FRNDINT/FSCALE/FSIN/FCOS
        DA            FIADD/FIMUL/FICOM/FICOMP/FISUB/FISUBR/FIDIV/FIDIVR Md
        DA reg        FCMOVB/FCMOVE/FCMOVBE/FCMOVU/-/-/-/- ST0,STi
        DA/5 reg      -/FUCOMPP/-/-/-/-/-/-
        DB            FILD/FISTTP/FIST/FISTP/-/-/-/- Md
        DB            -/-/-/-/-/FLD/-/FSTP Mt
        DB reg        FCMOVNB/FCMOVNE/FCMOVNBE/FCMOVNU/-/FUCOMI/FCOMI/- ST0,STi
        DB/4 reg      FENI/FDISI/FNCLEX/FNINIT/FSETPM/-/-/-
        DC            FADD/FMUL/FCOM/FCOMP/FSUB/FSUBR/FDIV/FDIVR Mq
        DC reg        FADD/FMUL/-/-/FSUBR/FSUB/FDIVR/FDIV STi,ST0
        DC reg        -/-/FCOM/FCOMP/-/-/-/- STi
        DD            FLD/FISTTP/FST/FSTP/-/-/-/- Mq
        DD            -/-/-/-/FRSTOR/-/FNSAVE/- M0
        DD/7          FNSTSW Mw
        DD reg        FFREE/FXCH/FST/FSTP/FUCOM/FUCOMP/-/- STi
        DE            FIADD/FIMUL/FICOM/FICOMP/FISUB/FISUBR/FIDIV/FIDIVR Mw
        DE reg        FADDP/FMULP/-/-/FSUBRP/FSUBP/FDIVRP/FDIVP STi,ST0
        DE/2 reg      FCOMP STi
        DE/3 reg      -/FCOMPP/-/-/-/-/-/-
        DF            FILD/FISTTP/FIST/FISTP/-/-/-/- Mw
        DF            -/-/-/-/FBLD/-/FBSTP/- Mt
        DF            -/-/-/-/-/FILD/-/FISTP Mq
        DF reg        FFREEP/FXCH/FSTP/FSTP/-/-/-/- STi
        DF/4 rm0      FNSTSW AX
        DF reg        -/-/-/-/-/FUCOMIP/FCOMIP/- ST0,STi
        """;
}
