package patina.llvm;

import static patina.ir.StateLayout.EXIT_DETAIL;
import static patina.ir.StateLayout.EXIT_REASON;
import static patina.ir.StateLayout.NATIVE_INSTRUCTIONS;
import static patina.ir.StateLayout.PC;
import static patina.ir.StateLayout.POLL;
import static patina.ir.StateLayout.SHADOW_ENTRIES;
import static patina.ir.StateLayout.SHADOW_STACK;
import static patina.ir.StateLayout.SHADOW_TOP;
import static patina.llvm.Text.type;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import patina.ir.Block;
import patina.ir.Exit;
import patina.ir.ExitReason;
import patina.ir.Op;
import patina.ir.Region;
import patina.ir.Type;
import patina.ir.Value;

/**
 * Writes a region as one LLVM function by the contract of ARCHITECTURE.md. A block with an operation that has no lowering becomes an
 * INTERPRET exit at its start: inside the block the builder has already dropped registers' writes that nobody was to see.
 */
final class Lowering {
    private final Region region;
    private final Options options;
    private final Text text = new Text();
    private final Flow flow;
    private final Cells cells;
    private final Operations operations;
    private final BitSet loaded;

    /** Exit blocks, after the hot ones. */
    private StringBuilder cold = new StringBuilder();

    // the block at hand
    private Block block;
    private BitSet dirty;

    private Lowering(Region region, Options options) {
        this.region = region;
        this.options = options;
        Set<Block> interpreted = new HashSet<>();
        for (Block b : region.blocks().values()) if (!isNative(b)) interpreted.add(b);
        flow = new Flow(region, interpreted);
        cells = new Cells(flow.blocks.stream().filter(b -> !interpreted.contains(b)).toList(), options.precise());
        operations = new Operations(text, cells, options);
        loaded = flow.solve(cells);
    }

    /** Whether it need not be interpreted. */
    static boolean isNative(Block b) { return b.code().stream().allMatch(Operations::isLowerable); }

    /** A module's text: each region a function in a section of its own. {@code dataLayout} as LLVM's target machine says. */
    static String module(List<Region> regions, Options options, String triple, String dataLayout) {
        StringBuilder functions = new StringBuilder();
        TreeSet<Long> declared = new TreeSet<>();
        for (Region r : regions) {
            Lowering lowering = new Lowering(r, options);
            functions.append(lowering.write());
            declared.addAll(lowering.text.regions);
        }
        for (Region r : regions) declared.remove(r.entry());
        StringBuilder s = new StringBuilder("target triple = \"" + triple + "\"\ntarget datalayout = \"" + dataLayout + "\"\n");
        s.append('@').append(ElfObject.BIAS).append(" = external hidden global i64\n");
        for (long address : declared) s.append(declaration(Text.symbol(address)));
        for (TailJump jump : TailJump.values()) s.append(declaration("@" + jump.symbol));
        return s.append(functions).append("!0 = !{}\n!1 = !{!\"branch_weights\", i32 1, i32 4000}\n").append(SseCode.ATTRIBUTES).toString();
    }

    private String write() {
        if (flow.block(region.entry()) == null) throw new IllegalArgumentException("region without its entry 0x" + Long.toHexString(region.entry()));
        entry();
        for (Block b : flow.blocks) write(b);
        for (Block b : flow.blocks) if (flow.loopHeaders.contains(b.pc())) poll(b);
        String symbol = Text.symbol(region.entry());
        return "define hidden preserve_nonecc void " + symbol + "(" + parameters(true) + ") nounwind \"no-jump-tables\"=\"true\" section \""
                + ElfObject.section(region.entry()) + "\" align 16 {\n" + text + cold + "}\n";
    }

    private static String declaration(String symbol) { return "declare hidden preserve_nonecc void " + symbol + "(" + parameters(false) + ")\n"; }

    private static String parameters(boolean named) {
        StringBuilder s = new StringBuilder(named ? "ptr noalias %state" : "ptr");
        for (int i = 0; i < Cells.PINNED; i++) {
            s.append(", ").append(type(Operations.pinnedType(i)));
            if (named) s.append(' ').append(Operations.argument(i));
        }
        return s.toString();
    }

    // ---- entry

    private void entry() {
        text.label("entry");
        text.line("%x87 = alloca i64");
        if (options.counting()) { text.line("%count = alloca i64"); text.line("store i64 0, ptr %count"); }
        for (Cells.Cell c : cells.cells) if (c.written()) text.line(Operations.variable(c) + " = alloca " + type(c.type()));
        dirty = new BitSet();
        for (int i = 0; i < Cells.PINNED; i++) {
            if (cells.pinnedInMemory.get(i)) text.storeAs(Operations.pinnedType(i), Operations.argument(i), text.statePointer(Cells.pinnedOffset(i)), volatility());
        }
        for (Cells.Cell c : cells.cells) {
            if (!c.written() || c.pinned() < 0 && !loaded.get(c.index())) continue;
            String value = c.pinned() < 0 ? text.loadAs(c.type(), text.statePointer(c.offset()), "", "")
                    : cast(Operations.argument(c.pinned()), Operations.pinnedType(c.pinned()), c.type());
            text.line("store " + type(c.type()) + " " + value + ", ptr " + Operations.variable(c));
        }
        text.line("br label %" + label(region.entry()));
    }

    private String volatility() { return options.precise() ? "volatile " : ""; }

    private String cast(String value, Type from, Type to) {
        return from.equals(to) ? value : text.let("bitcast " + type(from) + " " + value + " to " + type(to));
    }

    private void branchIfPolled(String polled, String otherwise) {
        String word = text.let("load volatile i64, ptr " + text.statePointer(POLL) + ", align 8");
        String set = text.let("icmp ne i64 " + word + ", 0");
        text.line("br i1 " + set + ", label %" + polled + ", label %" + otherwise + Text.UNLIKELY);
    }

    /** Stands before a loop header, on its back edges. */
    private void poll(Block header) {
        text.label(pollLabel(header.pc()));
        if (!options.poll()) { text.line("br label %" + label(header.pc())); return; }
        dirty = flow.mayWritten(header);
        branchIfPolled(leaveLabel("polled", 0, dead(header.pc()), () -> stop(header.pc(), ExitReason.POLL, 0)), label(header.pc()));
    }

    private static String label(long pc) { return "b_" + Long.toHexString(pc); }

    private static String pollLabel(long pc) { return "poll_" + Long.toHexString(pc); }

    // ---- blocks

    private void write(Block b) {
        block = b;
        dirty = flow.mayWritten(b);
        text.label(label(b.pc()));
        operations.startBlock();
        if (flow.isInterpreted(b)) { storeDirty(0, Set.of()); stop(b.pc(), ExitReason.INTERPRET, 0); return; }
        count(b.instructions());
        long storedPc = -1;
        for (Value v : b.code()) {
            switch (v.op) {
                case TRAP_IF -> trapIf(v);
                case EXIT_IF -> exitIf(v);
                case LOAD, STORE, ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG, CMPXCHG -> {
                    if (options.precise() && storedPc != v.insn) { storePc(b.insns()[v.insn]); storedPc = v.insn; }
                    operations.lower(v);
                }
                default -> {
                    if (options.precise() && v.op.floating != null && storedPc != v.insn) { storePc(b.insns()[v.insn]); storedPc = v.insn; }
                    operations.lower(v);
                }
            }
            if (v.op == Op.SET && cells.at(v.imm) != null) dirty.set(cells.at(v.imm).index());
        }
        exit(b);
    }

    private void storePc(long pc) {
        text.line("store volatile i64 " + operations.address(pc) + ", ptr " + text.statePointer(PC) + ", align 8");
    }

    private void count(int instructions) {
        if (!options.counting() || instructions == 0) return;
        String before = text.let("load i64, ptr %count");
        text.line("store i64 " + text.let("add i64 " + before + ", " + instructions) + ", ptr %count");
    }

    private void trapIf(Value v) {
        branchAway(v, leaveLabel("trap", left(v), Set.of(), () -> stop(block.insns()[v.insn], ExitReason.TRAP, (int) v.imm)));
    }

    private void exitIf(Value v) {
        int left = block.instructions() - block.done(v);
        if (!flow.isInside(v.imm)) branchAway(v, leaveLabel("to", left, dead(v.imm), () -> jump(v.imm)));
        else if (!options.counting()) branchAway(v, edge(v.imm));
        else {
            String label = text.freshLabel("early"), target = edge(v.imm);
            StringBuilder hot = text.swap(cold);
            text.label(label);
            count(-left);
            text.line("br label %" + target);
            cold = text.swap(hot);
            branchAway(v, label);
        }
    }

    /** Instructions of the block that are not done at v. */
    private int left(Value v) { return block.instructions() - v.insn; }

    private void branchAway(Value v, String label) {
        String next = text.freshLabel("on");
        text.line("br i1 " + operations.name(v.a) + ", label %" + label + ", label %" + next + Text.UNLIKELY);
        text.label(next);
    }

    private void exit(Block b) {
        switch (b.exit()) {
            case Exit.Jump j -> text.line("br label %" + edge(j.target()));
            case Exit.Branch x -> text.line("br i1 " + operations.name(x.condition()) + ", label %" + edge(x.taken()) + ", label %" + edge(x.next()));
            case Exit.Call c -> { storeDirty(0, dead(c.target())); call(c.returnTo()); jump(c.target()); }
            case Exit.CallIndirect c -> { storeDirty(0, Set.of()); call(c.returnTo()); dispatch(operations.name(c.target())); }
            case Exit.JumpIndirect j -> { storeDirty(0, Set.of()); dispatch(operations.name(j.target())); }
            case Exit.Return r -> { storeDirty(0, Set.of()); comeBack(operations.name(r.target())); }
            case Exit.Syscall s -> { storeDirty(0, dead(s.next())); stop(s.next(), ExitReason.SYSCALL, 0); }
            case Exit.Helper h -> {
                storeDirty(1, Set.of());
                long pc = b.insns()[b.instructions() - 1];
                stop(pc, ExitReason.HELPER, h.number() | h.next() - pc << 32);
            }
            case Exit.Raise r -> { storeDirty(1, Set.of()); stop(r.pc(), ExitReason.TRAP, r.trap().ordinal()); }
        }
    }

    /** Where control goes for {@code target}: inside the region, or a block that leaves it. */
    private String edge(long target) {
        if (flow.isInside(target)) return flow.isBackEdge(block, target) ? pollLabel(target) : label(target);
        return leaveLabel("to", 0, dead(target), () -> jump(target));
    }

    // ---- ways out

    /** A block put aside that stores what is dirty now but not {@code dead} (null: nothing), takes back {@code uncounted} instructions, and leaves. */
    private String leaveLabel(String stem, int uncounted, Set<Integer> dead, Runnable way) {
        String label = text.freshLabel(stem);
        StringBuilder hot = text.swap(cold);
        text.label(label);
        if (dead != null) storeDirty(uncounted, dead);
        way.run();
        cold = text.swap(hot);
        return label;
    }

    /** State offsets that nobody reads from pc on. */
    private Set<Integer> dead(long pc) { return options.precise() ? Set.of() : region.dead().getOrDefault(pc, Set.of()); }

    private void storeDirty(int uncounted, Set<Integer> dead) {
        for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
            Cells.Cell c = cells.cells.get(i);
            if (c.pinned() >= 0 || dead.contains(c.offset())) continue;
            text.storeAs(c.type(), text.let("load " + type(c.type()) + ", ptr " + Operations.variable(c)), text.statePointer(c.offset()), "");
        }
        if (!options.counting()) return;
        String counted = text.let("load i64, ptr %count");
        if (uncounted != 0) counted = text.let("sub i64 " + counted + ", " + uncounted);
        String sum = text.let("add i64 " + text.loadWord(NATIVE_INSTRUCTIONS) + ", " + counted);
        text.storeWord(NATIVE_INSTRUCTIONS, sum);
    }

    /** Back to the caller of native code. */
    private void stop(long pc, ExitReason reason, long detail) {
        text.storeWord(PC, operations.address(pc));
        text.storeWord(EXIT_REASON, Integer.toString(reason.ordinal()));
        if (reason == ExitReason.TRAP || reason == ExitReason.HELPER) text.storeWord(EXIT_DETAIL, Long.toString(detail));
        tail("@" + TailJump.EXIT.symbol);
    }

    /**
     * To another region. What runs for long goes backward now and then, jumping or calling, or through DISPATCH: only there is a look at POLL
     * needed. One at each region's entry took a tenth of all code, and was paid at every return.
     */
    private void jump(long target) {
        if (options.poll() && target <= block.insns()[block.instructions() - 1]) {
            String polled = text.freshLabel("polled"), on = text.freshLabel("on");
            branchIfPolled(polled, on);
            text.label(polled);
            stop(target, ExitReason.POLL, 0);
            text.label(on);
        }
        tail(text.region(target));
    }

    private void dispatch(String pc) {
        text.storeWord(PC, pc);
        tail("@" + TailJump.DISPATCH.symbol);
    }

    private static final int SHADOW_MASK = 16 * SHADOW_ENTRIES - 1;

    /** Pushes on the shadow stack. */
    private void call(long returnTo) {
        String top = text.loadWord(SHADOW_TOP);
        String entry = shadowEntry(top);
        text.line("store i64 " + operations.address(returnTo) + ", ptr " + entry);
        text.line("store ptr " + text.region(returnTo) + ", ptr " + text.let("getelementptr i8, ptr " + entry + ", i64 8"));
        String next = text.let("and i64 " + text.let("add i64 " + top + ", 16") + ", " + SHADOW_MASK);
        text.storeWord(SHADOW_TOP, next);
    }

    private String shadowEntry(String top) {
        String ring = text.let("load ptr, ptr " + text.statePointer(SHADOW_STACK) + Text.INVARIANT);
        return text.let("getelementptr i8, ptr " + ring + ", i64 " + top);
    }

    /** Pops the shadow stack; where the guest returns to what was pushed, on to the continuation. */
    private void comeBack(String pc) {
        String top = text.let("and i64 " + text.let("sub i64 " + text.loadWord(SHADOW_TOP) + ", 16") + ", " + SHADOW_MASK);
        text.storeWord(SHADOW_TOP, top);
        String entry = shadowEntry(top);
        String expected = text.let("load i64, ptr " + entry);
        String same = text.let("icmp eq i64 " + expected + ", " + pc);
        String hit = text.freshLabel("hit");
        String miss = leaveLabel("miss", 0, null, () -> dispatch(pc));
        text.line("br i1 " + text.let("xor i1 " + same + ", true") + ", label %" + miss + ", label %" + hit + Text.UNLIKELY);
        text.label(hit);
        text.storeWord(TailJump.CONTINUE.offset, text.let("load i64, ptr " + text.let("getelementptr i8, ptr " + entry + ", i64 8")));
        tail("@" + TailJump.CONTINUE.symbol);
    }

    private void tail(String callee) {
        StringBuilder arguments = new StringBuilder("ptr %state");
        for (int i = 0; i < Cells.PINNED; i++) arguments.append(", ").append(type(Operations.pinnedType(i))).append(' ').append(pinned(i));
        text.line("musttail call preserve_nonecc void " + callee + "(" + arguments + ")");
        text.line("ret void");
    }

    /** Pinned register i as it is now. */
    private String pinned(int i) {
        Type t = Operations.pinnedType(i);
        if (cells.pinnedInMemory.get(i)) return text.loadAs(t, text.statePointer(Cells.pinnedOffset(i)), volatility(), "");
        Cells.Cell c = cells.pinnedCell(i);
        if (c == null || !dirty.get(c.index())) return Operations.argument(i);
        return cast(text.let("load " + type(c.type()) + ", ptr " + Operations.variable(c)), c.type(), t);
    }
}
