package dev.strata.jobs.cli;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * For {@code deploy/bin/strata}: the exit code of a job whose driver ran on the cluster. Cluster
 * managers report codes of their own, or always 0. It is that of the {@code failure.json} which the
 * job wrote, else what spark-submit wrote of the driver's end.
 */
@Command(
    name = "exit-code",
    hidden = true,
    description = "Prints the exit code of a job that ran in cluster mode.")
final class ExitCode implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ExitCode.class);
  private static final int DONE = 0;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(names = "--submission", required = true, description = "Id that the job was given.")
  private String submission;

  @Option(names = "--submit-code", required = true, description = "Exit code of spark-submit.")
  private int submitCode;

  @Option(names = "--submit-log", required = true, description = "What spark-submit wrote.")
  private Path submitLog;

  private final PrintStream err;

  ExitCode(PrintStream err) {
    this.err = err;
  }

  @Override
  public Integer call() {
    SubmissionLog log = SubmissionLog.read(submitLog);
    try (Sessions sessions = new Sessions()) {
      return of(log, sessions.hadoop());
    } catch (StrataException e) {
      LOG.debug("the exit code cannot be read", e);
      // The output folder, or the configuration that names it, cannot be read from here.
      if (log.succeeded()) {
        return DONE;
      }
      say(e.getMessage());
      // What cannot be read here was most likely no better there.
      boolean configuration = log.failed() && e.kind() == FailureKind.CONFIGURATION;
      return log.code()
          .orElse(configuration ? e.kind().exitCode() : FailureKind.CLUSTER.exitCode());
    }
  }

  private int of(SubmissionLog log, Configuration hadoop) {
    Optional<String> given = ResolvedConfiguration.outputFolder(options.overrides(), hadoop);
    String folder = given.orElseGet(() -> configured(hadoop));
    if (folder != null) {
      RunFolder run = RunFolder.of(hadoop, folder);
      Optional<Failure> failure = run.failure().filter(f -> submission.equals(f.submission()));
      if (failure.isPresent()) {
        say(failure.get().message());
        return failure.get().exitCode();
      }
      if (log.end() == SubmissionLog.End.UNKNOWN && submitCode == 0 && run.result().isPresent()) {
        return DONE;
      }
    }
    if (log.code().isPresent()) {
      return ended(log.code().getAsInt());
    }
    if (log.succeeded() && submitCode == 0) {
      return DONE;
    }
    return unknown(log, folder);
  }

  /** Null where no output folder is set. */
  private String configured(Configuration hadoop) {
    return ResolvedConfiguration.load(options.config(), options.overrides(), hadoop)
        .outputFolder()
        .orElse(null);
  }

  private int ended(int code) {
    if (code != DONE) {
      say("the driver ended with code " + code + "; its log on the cluster has the reason");
    }
    // Other codes, as of a process that was killed, are not the job's own.
    return code <= FailureKind.CLUSTER.exitCode() ? code : FailureKind.CLUSTER.exitCode();
  }

  private int unknown(SubmissionLog log, String folder) {
    if (folder == null && log.failed()) {
      say(
          "the job failed and could not record why, because output.dir is not set; set it to a"
              + " folder that the cluster and this machine can reach");
      return FailureKind.CONFIGURATION.exitCode();
    }
    say(
        (log.failed()
                ? "the driver failed or was killed, and wrote no failure.json"
                : "spark-submit ended with code " + submitCode + ", and the job wrote no outcome")
            + (folder == null ? "" : " in " + folder)
            + "; see spark-submit's messages above and the driver's log on the cluster");
    return FailureKind.CLUSTER.exitCode();
  }

  private void say(String sentence) {
    err.println("strata: " + sentence);
    err.flush();
  }
}
