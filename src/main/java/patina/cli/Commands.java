package patina.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The commands but run, by picocli. */
@Command(name = "patina", versionProvider = Commands.Version.class, synopsisSubcommandLabel = "COMMAND [ARG...]",
         description = "Runs programs built for another machine, and gets faster the more they are used.",
         subcommands = {Commands.Run.class, OptimizeCommand.class, CacheCommand.class, ProfileCommand.class, DoctorCommand.class, Commands.Help.class},
         commandListHeading = "%nCommands:%n",
         footer = {"", "patina COMMAND --help tells more. Exit status: 0 done, 1 could not be done, 2 wrong usage; run has the program's."})
final class Commands {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this help.") boolean help;
    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Shows the version.") boolean version;

    /** Stands in the list of commands; {@link Main} does it, and {@link RunOptions#HELP} tells about it. */
    @Command(name = "run", description = "Runs a Linux program built for another machine.") static final class Run {}

    @Command(name = "help", description = "Shows the help of a command.") static final class Help implements Runnable {
        @Spec CommandSpec spec;
        @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "As in: patina help cache list.") List<String> words = new ArrayList<>();

        @Override public void run() {
            CommandLine at = spec.root().commandLine();
            for (String word : words) {
                at = at.getSubcommands().get(word);
                if (at == null) throw new Failure(Failure.WRONG_USAGE, "there is no command " + String.join(" ", words) + " (patina --help)");
            }
            if (at.getCommand() instanceof Run) System.out.print(RunOptions.HELP);
            else at.usage(System.out);
        }
    }

    static int execute(String[] args) {
        CommandLine line = new CommandLine(new Commands());
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(100);
        line.setUsageHelpLongOptionsMaxWidth(24);
        line.setParameterExceptionHandler((e, _) -> wrongUsage(e));
        line.setExecutionExceptionHandler((e, _, _) -> Failure.report(e));
        if (args.length > 0) return line.execute(args);
        line.usage(System.err);
        return Failure.WRONG_USAGE;
    }

    private static int wrongUsage(CommandLine.ParameterException e) {
        CommandLine at = e.getCommandLine();
        String name = at.getCommandSpec().qualifiedName(), message = e.getMessage();
        if (e instanceof CommandLine.UnmatchedArgumentException u) {
            String word = u.getUnmatched().getFirst();
            if (word.startsWith("-")) message = "unknown option " + word;
            else message = at.getSubcommands().isEmpty() ? "unexpected argument " + word : "there is no command " + word;
            if (at.getCommand() instanceof Run) message = "what is meant for run stands behind it: patina run [OPTIONS] PROGRAM [ARG...]";
            if (at.getParent() == null && word.indexOf('/') >= 0) message += "; to run a program: patina run " + word;
        } else if (message.startsWith("Missing required subcommand")) {
            message = "a command is missing: " + String.join(", ", at.getSubcommands().keySet());
        } else {
            message = message.substring(0, 1).toLowerCase() + message.substring(1);
        }
        System.err.println("patina: " + message.replace('\n', ' ') + " (" + name + " --help)");
        return Failure.WRONG_USAGE;
    }

    static final class Version implements IVersionProvider {
        @Override public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"patina " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
