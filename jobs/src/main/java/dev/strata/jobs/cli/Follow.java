package dev.strata.jobs.cli;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.report.RunFollower;
import dev.strata.executor.failure.StrataException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * For {@code deploy/bin/strata}: shows the progress of a job whose driver runs on the cluster, from
 * what it writes into its output folder, until the process that asked for it ends.
 */
@Command(
    name = "follow",
    hidden = true,
    description = "Shows the progress of a job that runs in cluster mode.")
final class Follow implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Follow.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--while",
      required = true,
      paramLabel = "PID",
      description = "Process to watch; strata stops following the job when it ends.")
  private long process;

  private final PrintStream err;

  Follow(PrintStream err) {
    this.err = err;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Sessions sessions = new Sessions()) {
      Configuration hadoop = sessions.hadoop();
      Optional<String> folder =
          ResolvedConfiguration.load(options.config(), options.overrides(), hadoop).outputFolder();
      if (folder.isPresent()) {
        follow(new RunFollower(hadoop, folder.get(), Instant.now()));
      }
    } catch (StrataException e) {
      // The job itself reports what is wrong with its configuration.
      LOG.debug("nothing to follow", e);
      return 0;
    }
    return 0;
  }

  private void follow(RunFollower follower) throws InterruptedException {
    while (ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent()) {
      follower.news(Instant.now()).forEach(line -> err.println("strata: " + line));
      err.flush();
      Thread.sleep(INTERVAL.toMillis());
    }
  }
}
