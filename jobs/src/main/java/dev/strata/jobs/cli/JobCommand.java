package dev.strata.jobs.cli;

import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.SettingsReader;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a job: reads its configuration, gives it what it needs, and turns a failure into message, file and code. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class JobCommand implements Callable<Integer> {
  @Mixin private final CommonOptions options = new CommonOptions();

  private final Job job;
  private final PrintStream out;
  private final PrintStream err;

  JobCommand(Job job, PrintStream out, PrintStream err) {
    this.job = job;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Optional<String> outputFolder = Optional.empty();
    try (Sessions sessions = new Sessions()) {
      try {
        ResolvedConfiguration configuration =
            ResolvedConfiguration.load(options.config(), options.overrides(), sessions.hadoop());
        outputFolder = configuration.outputFolder();
        job.run(
            new JobContext(
                job.name(),
                configuration,
                SettingsReader.read(configuration, job.needs()),
                sessions,
                options.overwrite(),
                out,
                err));
        return 0;
      } catch (Throwable thrown) {
        // Everything, so that no failure leaves without a message and a code; errors of the JVM included.
        return failed(thrown, outputFolder, sessions);
      }
    }
  }

  private int failed(Throwable thrown, Optional<String> outputFolder, Sessions sessions) {
    Optional<StrataException> known = FailureCause.of(thrown);
    Optional<RunFolder> folder =
        outputFolder.filter(f -> job.recordsFailures()).map(f -> RunFolder.of(sessions.hadoop(), f));
    Optional<String> checkpoint = Optional.empty();
    Failure failure =
        known
            .map(f -> Failure.of(f, checkpoint))
            .orElseGet(() -> Failure.internal(FailureCause.INTERNAL, thrown, checkpoint));
    boolean recorded = folder.map(f -> f.fail(failure)).orElse(false);
    err.println("strata " + job.name() + ": " + known.map(Throwable::getMessage).orElseGet(() -> internal(thrown)));
    if (recorded) {
      err.println("Recorded in " + folder.get().failureFile() + ".");
    }
    if (options.debug()) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.exitCode();
  }

  private static String internal(Throwable thrown) {
    String first = thrown.toString().lines().findFirst().orElse(thrown.getClass().getName());
    return "a fault of Strata itself: " + first + " (--debug shows where; please report it)";
  }
}
