package dev.strata.driver.training;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.watch.RunWatch;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The run that a piece of training belongs to.
 *
 * @param job the command, such as {@code train}: names Spark jobs and lines of the history
 * @param runId kept over resumes
 * @param folder the run's output, locked
 * @param lock asked before each commit
 * @param seed of everything random
 * @param resume whether the folder may hold work of this run
 * @param allowWorkersChange whether a resumed run may have another number of workers
 * @param progress shows how far training is
 * @param watch takes metrics and lines of the log
 * @param followsLayers whether statistics of the network's layers are recorded
 */
@RecordBuilder
public record RunContext(
    String job,
    String runId,
    RunFolder folder,
    OutputLock lock,
    long seed,
    boolean resume,
    boolean allowWorkersChange,
    ProgressView progress,
    RunWatch watch,
    boolean followsLayers) {
  /** Without statistics of layers. */
  public RunContext(
      String job,
      String runId,
      RunFolder folder,
      OutputLock lock,
      long seed,
      boolean resume,
      boolean allowWorkersChange,
      ProgressView progress,
      RunWatch watch) {
    this(job, runId, folder, lock, seed, resume, allowWorkersChange, progress, watch, false);
  }
}
