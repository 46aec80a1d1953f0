package dev.strata.jobs.cli;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.Nearest;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code COMMAND [--config FILE] [--set key=value]…}. */
public final class StrataCommandLine {
  private static final Map<String, String> GROUPS =
      Map.of("models", "Publishes models to a zoo, finds, verifies and imports them.");

  private static final String CAN_SUBMIT = "can-submit";

  private final CommandLine line;
  private final PrintStream out;
  private final PrintStream err;

  public StrataCommandLine(List<Job> jobs, PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
    line = new CommandLine(new Root());
    for (Job job : jobs) {
      CommandSpec spec = new JobCommand(job, out, err).spec();
      String[] words = job.name().split(" ");
      CommandLine group = words.length == 1 ? line : group(words[0]);
      group.addSubcommand(words[words.length - 1], new CommandLine(spec));
    }
    addHidden(new ExitCode(err));
    addHidden(new Follow(err));
    // After the commands are there: it is passed on to them.
    line.setOut(writer(out));
    line.setErr(writer(err));
    line.setParameterExceptionHandler((failure, arguments) -> refuse(failure));
    line.setUsageHelpWidth(110);
  }

  /**
   * @return the exit code: 0 done, 2 configuration or usage, 3 data, 4 diverged, 5 cluster, 1 a
   *     fault of Strata
   */
  public int run(List<String> arguments) {
    if (!arguments.isEmpty() && arguments.get(0).equals(CAN_SUBMIT)) {
      submittable(arguments.subList(1, arguments.size())).ifPresent(out::println);
      out.flush();
      return 0;
    }
    return line.execute(arguments.toArray(String[]::new));
  }

  /**
   * For {@code deploy/bin/strata}: {@code yes} if a command is typed correctly and can run on a
   * cluster; otherwise the problem is printed. Its driver there could tell a mistake only to its
   * own log. The answer is a word because plain {@code java} makes code 1 of every exception.
   */
  private Optional<String> submittable(List<String> arguments) {
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      refuse(e);
      return Optional.empty();
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    Object command = parsed.commandSpec().userObject();
    if (command instanceof JobCommand job && job.runsOnCluster()) {
      return Optional.of("yes");
    }
    err.println(
        "strata: "
            + (arguments.isEmpty() ? "no command" : arguments.get(0))
            + " cannot run in cluster mode: it would print its answer where the driver runs; omit"
            + " --deploy-mode cluster");
    err.flush();
    return Optional.empty();
  }

  /** The commands of several words that begin with this one. */
  private CommandLine group(String name) {
    CommandLine known = line.getSubcommands().get(name);
    if (known != null) {
      return known;
    }
    CommandSpec spec = CommandSpec.forAnnotatedObject(new Group());
    spec.usageMessage().description(GROUPS.getOrDefault(name, ""));
    line.addSubcommand(name, new CommandLine(spec));
    return line.getSubcommands().get(name);
  }

  /** For {@code deploy/bin/strata}, which gives it the options of whatever command it runs. */
  private void addHidden(Object command) {
    CommandLine hidden = new CommandLine(command);
    hidden.setUnmatchedArgumentsAllowed(true);
    line.addSubcommand(hidden.getCommandName(), hidden);
  }

  private int refuse(ParameterException failure) {
    String message = failure.getMessage();
    CommandLine asked = failure.getCommandLine();
    List<String> commands = visible(asked);
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().isEmpty() ? "" : unmatched.getUnmatched().get(0);
      boolean isCommand = !commands.isEmpty() && !first.startsWith("-");
      List<String> known =
          isCommand ? commands : List.copyOf(asked.getCommandSpec().optionsMap().keySet());
      message =
          (isCommand ? "unknown command: " : "unknown argument: ")
              + first
              + remedy(first, known)
              + (isCommand ? " (commands: " + String.join(", ", commands) + ")" : "");
    }
    err.println("strata: " + message);
    err.println(
        "Run strata --help for the commands, strata COMMAND --help for the options of one.");
    err.flush();
    return FailureKind.CONFIGURATION.exitCode();
  }

  private static String remedy(String unknown, List<String> known) {
    return unknown.equals(OverwriteOption.NAME)
        ? "; this command writes nothing that could be overwritten"
        : Nearest.to(unknown, known).map(n -> "; did you mean " + n + "?").orElse("");
  }

  private static List<String> visible(CommandLine line) {
    return line.getSubcommands().entrySet().stream()
        .filter(e -> !e.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  @Command(
      name = "strata",
      mixinStandardHelpOptions = true,
      versionProvider = StrataVersion.class,
      subcommands = {},
      synopsisSubcommandLabel = "COMMAND",
      description = "Trains deep networks on Apache Spark.",
      footer = {
        "",
        "Exit codes: 0 done, 2 configuration or usage, 3 data, 4 training diverged, 5 cluster (a"
            + " retry may help).",
        "Every key of the configuration: conf/reference.conf."
      })
  private static final class Root extends Group {}

  /** A word that needs another one. */
  @Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
  private static class Group implements Runnable {
    @CommandLine.Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          "no command (commands: " + String.join(", ", visible(spec.commandLine())) + ")");
    }
  }
}
