package patina.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands but run, by picocli. */
@Command(name = "patina", mixinStandardHelpOptions = true, version = "patina 0.1", synopsisSubcommandLabel = "COMMAND",
         description = "Runs programs built for another machine, and gets faster the more they are used.",
         subcommands = {OptimizeCommand.class})
final class Commands implements Runnable {
    @Spec CommandSpec spec;

    static int execute(String[] args) {
        CommandLine line = new CommandLine(new Commands());
        line.addSubcommand("run", CommandSpec.create());
        line.getSubcommands().get("run").getCommandSpec().usageMessage().description("Runs a Linux program (patina run --help).");
        line.setParameterExceptionHandler((e, _) -> {
            PrintWriter err = e.getCommandLine().getErr();
            err.println("patina: " + e.getMessage() + " (patina " + path(e.getCommandLine()) + "--help)");
            return 2;
        });
        line.setExecutionExceptionHandler((e, _, _) -> {
            if (System.getenv("PATINA_DEBUG") != null) e.printStackTrace();
            System.err.println("patina: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return 1;
        });
        return line.execute(args);
    }

    private static String path(CommandLine line) {
        String name = line.getCommandName();
        return name.equals("patina") ? "" : name + " ";
    }

    @Override public void run() { throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing"); }
}
