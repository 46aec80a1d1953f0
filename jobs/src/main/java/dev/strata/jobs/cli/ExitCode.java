package dev.strata.jobs.cli;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * For {@code deploy/bin/strata}: the exit code of a job whose driver ran on the cluster, from what
 * the job left in its output folder. Cluster managers report codes of their own, or always 0.
 */
@Command(
    name = "exit-code",
    hidden = true,
    description = "Prints the exit code of a job that ran in cluster mode.")
final class ExitCode implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ExitCode.class);

  /** Clocks of this machine and of the output's store may differ by so much. */
  private static final long SKEW_SECONDS = 60;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--since",
      required = true,
      description = "Submission time of the job, in seconds since 1970.")
  private long since;

  @Option(names = "--submit-code", required = true, description = "Exit code of spark-submit.")
  private int submitCode;

  private final PrintStream err;

  ExitCode(PrintStream err) {
    this.err = err;
  }

  @Override
  public Integer call() {
    try (Sessions sessions = new Sessions()) {
      Configuration hadoop = sessions.hadoop();
      Optional<String> folder =
          ResolvedConfiguration.load(options.config(), options.overrides(), hadoop).outputFolder();
      if (folder.isEmpty()) {
        return submitCode;
      }
      return of(RunFolder.of(hadoop, folder.get()));
    } catch (StrataException | IOException e) {
      LOG.debug("the exit code cannot be read", e);
      err.println("strata: " + e.getMessage());
      return FailureKind.CLUSTER.exitCode();
    }
  }

  private int of(RunFolder run) throws IOException {
    Optional<Failure> failure = run.failure();
    if (failure.isPresent() && fresh(run)) {
      err.println("strata: " + failure.get().message());
      return failure.get().exitCode();
    }
    if (run.result().isPresent()) {
      return 0;
    }
    err.println(
        "strata: the job wrote neither result.json nor a new failure.json in " + run.folder());
    return FailureKind.CLUSTER.exitCode();
  }

  private boolean fresh(RunFolder run) throws IOException {
    long written =
        run.failureFile()
            .getFileSystem(run.configuration())
            .getFileStatus(run.failureFile())
            .getModificationTime();
    return written / 1000 >= since - SKEW_SECONDS;
  }
}
