package patina.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import patina.guest.x86.Extension;
import patina.linux.Syscall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code patina doctor}: what this host offers, what is missing and how to mend it. */
@Command(name = "doctor", description = "Shows what this host offers, what is missing and how to mend it.",
         footer = "%nExit status: 0 programs can be run, 1 something is missing for that.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin CacheOption cache;
    @Mixin JsonOption json;
    @Option(names = "--syscalls", description = "Shows instead how well each system call of Linux is supported: full, partial or none (the program gets ENOSYS), with a note on what is missing, and totals.") boolean syscalls;

    @Option(names = "--instructions", description = "Shows instead how well each instruction is supported: full; fault (the program gets the signal that it gets from Linux "
            + "on a processor that does not offer or permit the instruction); none (the program gets SIGILL); then whether native code runs it, leaves to Java for it "
            + "(helper), or not, whether the interpreter has templates for it (all, some or none of its forms), and how it is tested: test lines, sequences, random instructions "
            + "(bin/fuzz), or a file. Forms that differ have rows of their own.") boolean instructions;

    @Override public Integer call() { return syscalls ? syscalls() : instructions ? instructions() : host(); }

    private int host() {
        List<Object> rows = new ArrayList<>();
        Table table = new Table("", "", "");
        int status = 0;
        for (HostCheck check : HostCheck.values()) {
            HostCheck.Finding f = check.look(cache.path());
            if (f.mend() != null && check.needed) status = Failure.FAILED;
            String state = f.mend() == null ? "ok" : check.needed ? "missing" : "optional";
            table.row(check.title, state, f.detail());
            if (f.mend() != null) table.row("", "", "to mend: " + f.mend());
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("check", check.title);
            row.put("needed", check.needed);
            row.put("ok", f.mend() == null);
            row.put("detail", f.detail());
            row.put("mend", f.mend());
            rows.add(row);
        }
        System.out.print(json.wanted ? Json.of(rows) : table.toString().stripLeading());
        return status;
    }

    private int syscalls() {
        List<Syscall.Row> rows = Syscall.rows();
        Map<String, Object> totals = new LinkedHashMap<>();
        for (Syscall.Level level : Syscall.Level.values()) totals.put(level.name().toLowerCase(), rows.stream().filter(r -> r.level() == level).count());
        totals.put("all", rows.size());
        if (json.wanted) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("syscalls", rows.stream().map(DoctorCommand::json).toList());
            all.put("totals", totals);
            System.out.print(Json.of(all));
            return 0;
        }
        Table table = new Table(" NUMBER", "SYSCALL", "LEVEL", "NOTE");
        for (Syscall.Row r : rows) table.row(r.number(), r.name(), r.level().name().toLowerCase(), r.note());
        System.out.print(table);
        System.out.println(totals.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).collect(Collectors.joining(", ")));
        return 0;
    }

    private int instructions() {
        List<InstructionRow> rows = InstructionRow.all();
        Map<String, Long> totals = InstructionRow.totals(rows);
        Map<String, String> tested = InstructionRow.tested();
        if (json.wanted) {
            Map<String, Object> all = new LinkedHashMap<>(), extensions = new LinkedHashMap<>();
            for (Extension e : Extension.values()) extensions.put(e.name().toLowerCase(Locale.ROOT), e.isOffered());
            all.put("instructions", rows.stream().map(r -> r.json(tested)).toList());
            all.put("totals", totals);
            all.put("extensions", extensions);
            System.out.print(Json.of(all));
            return 0;
        }
        Table table = new Table("INSTRUCTION", "FORMS", "LEVEL", "NATIVE", "TEMPLATES", "TESTED", "NOTE");
        for (InstructionRow r : rows) table.row(r.json(tested).values().toArray());
        System.out.print(table);
        System.out.println(totals.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).collect(Collectors.joining(", ")));
        System.out.println("offered by CPUID: " + extensions(true));
        System.out.println("not offered by CPUID, #UD unless listed (LZCNT and TZCNT are BSR and BSF): " + extensions(false));
        return 0;
    }

    private static String extensions(boolean offered) {
        return Arrays.stream(Extension.values()).filter(e -> e.isOffered() == offered).map(Extension::name).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> json(Syscall.Row r) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("number", r.number());
        row.put("name", r.name());
        row.put("level", r.level().name().toLowerCase());
        row.put("note", r.note());
        return row;
    }
}
