package patina.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
    @Option(names = "--syscalls", description = "Shows instead how well each system call of Linux is supported: full, partial or none.") boolean syscalls;

    @Override public Integer call() { return syscalls ? syscalls() : host(); }

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
        if (json.wanted) {
            System.out.print(Json.of(rows.stream().map(r -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", r.name());
                row.put("level", r.level().name().toLowerCase());
                row.put("note", r.note());
                return row;
            }).toList()));
            return 0;
        }
        Table table = new Table("SYSCALL", "LEVEL", "NOTE");
        int[] counts = new int[Syscall.Level.values().length];
        for (Syscall.Row r : rows) {
            table.row(r.name(), r.level().name().toLowerCase(), r.note());
            counts[r.level().ordinal()]++;
        }
        System.out.print(table);
        for (Syscall.Level level : Syscall.Level.values()) System.out.print((level.ordinal() == 0 ? "" : ", ") + counts[level.ordinal()] + " " + level.name().toLowerCase());
        System.out.println();
        return 0;
    }
}
