package dev.strata.driver.job;

import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code failure.json} of a command: written on every failure that has an output folder, except
 * where another run holds the folder, whose state is its own to tell.
 */
public final class FailureRecord {
  private static final Logger LOG = LoggerFactory.getLogger(FailureRecord.class);

  private String folder;
  private boolean ours = true;
  private Supplier<Optional<Path>> lastCheckpoint = Optional::empty;

  public FailureRecord() {}

  public void folder(Optional<String> outputFolder) {
    folder = outputFolder.orElse(null);
  }

  /** Another run, which is alive, holds the folder. */
  public void notOurs() {
    ours = false;
  }

  /** How the last good checkpoint is found, once there may be one. */
  public void lastCheckpoint(Supplier<Optional<Path>> finder) {
    lastCheckpoint = finder;
  }

  /** Folder of the last good checkpoint; never throws. */
  public Optional<String> lastCheckpoint() {
    try {
      return lastCheckpoint.get().map(Path::toString);
    } catch (RuntimeException e) {
      LOG.info("The last good checkpoint cannot be found", e);
      return Optional.empty();
    }
  }

  /**
   * Never throws, so that the original failure is reported.
   *
   * @return the file, where it could be written
   */
  public Optional<Path> write(Failure failure, Configuration hadoop) {
    if (folder == null || !ours) {
      return Optional.empty();
    }
    try {
      RunFolder run = RunFolder.of(hadoop, folder);
      return run.fail(failure) ? Optional.of(run.failureFile()) : Optional.empty();
    } catch (StrataException e) {
      LOG.info("The failure cannot be recorded in {}", folder, e);
      return Optional.empty();
    }
  }
}
