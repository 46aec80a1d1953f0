package dev.strata.jobs.cli;

import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.job.FailureRecord;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.JobOutput;
import dev.strata.driver.run.Failure;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.failure.ShortText;
import dev.strata.executor.failure.StrataException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs a job: reads its configuration, gives it what it needs, and turns a failure into message,
 * file and code.
 */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = StrataVersion.class)
final class JobCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(JobCommand.class);

  @Mixin private final CommonOptions options = new CommonOptions();

  private final Job job;
  private final PrintStream out;
  private final PrintStream err;
  private final FailureRecord failures = new FailureRecord();
  private final OverwriteOption overwrite = new OverwriteOption();

  /** Of the configuration, once it is read. */
  private Set<String> secrets = Set.of();

  JobCommand(Job job, PrintStream out, PrintStream err) {
    this.job = job;
    this.out = out;
    this.err = err;
  }

  /** The command with its options. */
  CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(this);
    spec.usageMessage().description(job.description());
    if (job.overwrites()) {
      spec.addMixin("overwrite", CommandSpec.forAnnotatedObject(overwrite));
    }
    job.options().ifPresent(own -> spec.addMixin("own", CommandSpec.forAnnotatedObject(own)));
    return spec;
  }

  /** Whether its outcome can be read from {@code output.dir}, wherever its driver ran. */
  boolean runsOnCluster() {
    return job.writes() && job.defaults().isEmpty();
  }

  @Override
  public Integer call() {
    try (SparkMessages messages = SparkMessages.begin(job.name(), options.debug());
        Sessions sessions = new Sessions()) {
      try {
        run(sessions);
        sessions.succeed();
        return 0;
      } catch (Throwable thrown) {
        // Everything, so that no failure leaves without a message and a code; errors of the JVM
        // included.
        return failed(thrown, sessions);
      }
    }
  }

  private void run(Sessions sessions) {
    List<String> overrides = new ArrayList<>(options.overrides());
    job.options().ifPresent(own -> overrides.addAll(own.settings()));
    if (job.writes()) {
      // Until the file is read, which may fail.
      failures.folder(ResolvedConfiguration.outputFolder(overrides, sessions.hadoop()));
    }
    ResolvedConfiguration configuration =
        ResolvedConfiguration.load(options.config(), overrides, job.defaults(), sessions.hadoop());
    secrets = configuration.secrets();
    if (job.writes()) {
      failures.folder(configuration.outputFolder());
    }
    if (job.startsSpark()) {
      JavaOptions.require();
    }
    Problems problems = new Problems();
    Settings settings = SettingsReader.read(configuration, job.needs(configuration), problems);
    JobContext context =
        new JobContext(
            job.name(),
            configuration,
            settings,
            sessions,
            overwrite.isGiven(),
            JobOutput.of(out, err),
            failures);
    if (job.startsSpark()) {
      context.inspectGpus(problems);
    }
    job.inspect(context, problems);
    problems.throwIfAny();
    job.run(context);
  }

  private int failed(Throwable thrown, Sessions sessions) {
    Optional<StrataException> known = FailureCause.of(thrown);
    Optional<String> checkpoint = failures.lastCheckpoint();
    Failure failure =
        known
            .map(f -> Failure.of(f, checkpoint))
            .orElseGet(() -> Failure.internal(FailureCause.INTERNAL, thrown, checkpoint))
            .without(secrets);
    String sentence = known.map(Throwable::getMessage).orElseGet(() -> internal(thrown));
    err.println("strata " + job.name() + ": " + Secrets.message(sentence, secrets));
    checkpoint.ifPresent(path -> err.println("Last good checkpoint: " + path));
    failures
        .write(failure.of(sessions.submission()), sessions.hadoop())
        .ifPresent(file -> err.println("Recorded in " + file + "."));
    if (known.isEmpty() || known.get().kind() == FailureKind.CLUSTER) {
      SparkMessages.add(thrown);
      if (!options.debug()) {
        LOG.error("{} failed with exit code {}", job.name(), failure.exitCode(), thrown);
      }
    } else {
      LOG.debug("{} failed with exit code {}", job.name(), failure.exitCode(), thrown);
    }
    SparkMessages.where().ifPresent(err::println);
    if (options.debug()) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.exitCode();
  }

  private static String internal(Throwable thrown) {
    String first = thrown.toString().lines().findFirst().orElse(thrown.getClass().getName());
    return "internal error: "
        + ShortText.of(first)
        + " (use --debug for the stack trace; please report it)";
  }
}
