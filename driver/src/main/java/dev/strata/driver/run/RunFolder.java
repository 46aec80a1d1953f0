package dev.strata.driver.run;

import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Signatures. */
public record RunFolder(Configuration configuration, Path folder) {
  /** @param outputDir the key {@code output.dir}: any Hadoop URI */
  public static RunFolder of(Configuration configuration, String outputDir) {
    return new RunFolder(configuration, new Path(outputDir));
  }

  /** Creates the folder where needed and proves that it can be written; else a configuration error. */
  public void ensureWritable() {
    throw new UnsupportedOperationException();
  }

  /**
   * Claims the folder for a run: writes run.json where it is new. Call it with the lease held.
   *
   * @param overwrite remove what a run of Strata left here, and begin anew
   * @param mayChange keys that may differ from the unfinished run's
   */
  public RunStart begin(RunIdentity identity, boolean overwrite, Set<String> mayChange) {
    throw new UnsupportedOperationException();
  }

  /** The run that the folder holds. */
  public Optional<RunIdentity> identity() {
    throw new UnsupportedOperationException();
  }

  public Optional<RunResult> result() {
    throw new UnsupportedOperationException();
  }

  public Optional<Failure> failure() {
    throw new UnsupportedOperationException();
  }

  /** Writes result.json, last of all, and removes failure.json. */
  public void finish(RunResult result) {
    throw new UnsupportedOperationException();
  }

  /** Writes failure.json; true where that was possible. Never throws, so that the failure itself is told. */
  public boolean fail(Failure failure) {
    throw new UnsupportedOperationException();
  }

  public Path runFile() {
    return new Path(folder, "run.json");
  }

  public Path historyFile() {
    return new Path(folder, "history.jsonl");
  }

  public Path resultFile() {
    return new Path(folder, "result.json");
  }

  public Path failureFile() {
    return new Path(folder, "failure.json");
  }

  public Path reportFile() {
    return new Path(folder, "report.html");
  }

  public Path checkpoints() {
    return new Path(folder, "checkpoints");
  }

  public Path model() {
    return new Path(folder, "model");
  }

  public Path features() {
    return new Path(folder, "features");
  }

  public Path shards() {
    return new Path(folder, "shards");
  }
}
