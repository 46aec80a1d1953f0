package dev.strata.driver.run;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.SelfChecksum;
import dev.strata.executor.shard.SignedJson;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output folder of a run ({@code output.dir}) and the places of its files. {@code run.json} is
 * written first and identifies the run; {@code result.json} is written last and marks the run as
 * finished.
 */
public record RunFolder(Configuration configuration, Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
  private static final String EXTRACT = "extract";

  /**
   * @param outputDir the key {@code output.dir}: any Hadoop URI
   * @throws StrataException (configuration) where that is no URI, or of no known file system
   */
  public static RunFolder of(Configuration configuration, String outputDir) {
    try {
      Path path = new Path(outputDir);
      return new RunFolder(configuration, Storage.of(path, configuration).makeQualified(path));
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("output.dir is not a folder on a known file system")
          .key("output.dir")
          .file(outputDir)
          .found(OutputFiles.reason(e))
          .expected("a local path or a Hadoop URI, such as hdfs://host/folder")
          .cause(e)
          .build();
    }
  }

  /**
   * Creates the folder where needed and proves that a file can be written there.
   *
   * @throws StrataException (configuration) where it cannot; (cluster) where a retry may help
   */
  public void ensureWritable() {
    new WritableProbe(configuration, folder).run();
  }

  /**
   * Starts or resumes a run in the folder: writes run.json if the folder is new. Call it with the
   * lock held.
   *
   * @param asked the run to start or resume
   * @param overwrite delete files of an earlier run and start over; other files stay
   * @param rule which keys may differ from the unfinished run's
   *     <p>Settings bind once there is a checkpoint, a finished layer or trial, or a model: an
   *     attempt that left none of these may be repeated with others, and the start says which have
   *     changed.
   * @throws StrataException (configuration) where the folder holds another run, or work of this one
   *     with other settings; (data) where run.json is damaged or of a newer version
   */
  public RunStart begin(RunIdentity asked, boolean overwrite, ResumeRule rule) {
    return new RunBeginning(this).begin(asked, overwrite, rule);
  }

  /**
   * As {@link #begin}, for a job that keeps nothing of an attempt which did not finish: such an
   * attempt with other settings is forgotten, its model removed; features stay, which may be those
   * of a run before it. A finished run is held against its settings.
   */
  public RunStart restart(RunIdentity asked, ResumeRule rule) {
    return new RunBeginning(this).restart(asked, rule);
  }

  /**
   * As {@link #begin}, for a job whose own output is replaced as a whole when it is done: a run of
   * the same job that the folder holds, finished or not, with whatever settings, is superseded. Its
   * result is removed, its output stays until there is a new one.
   */
  public RunStart supersede(RunIdentity asked, ResumeRule rule) {
    return new RunBeginning(this).supersede(asked, rule);
  }

  /**
   * The run that the folder holds.
   *
   * @throws StrataException (data) where run.json is damaged or of a newer version
   */
  public Optional<RunIdentity> identity() {
    Optional<RunIdentity> found = readIdentity();
    found.ifPresent(identity -> identity.requireReadable(runFile()));
    return found;
  }

  /**
   * What the finished run gave; empty while it is unfinished.
   *
   * @throws StrataException (data) where result.json is damaged
   */
  public Optional<RunResult> result() {
    return read(resultFile(), RunResult.class)
        .map(
            result -> {
              // A script may have written less than Strata does.
              String status = Objects.requireNonNullElse(result.status(), RunResult.FINISHED);
              if (result.job() == null || !RunResult.FINISHED.equals(status)) {
                throw StrataException.data("cannot read result.json")
                    .file(resultFile())
                    .found("job " + result.job() + ", status " + result.status())
                    .expected("a job, and status " + RunResult.FINISHED)
                    .build();
              }
              return result;
            });
  }

  /**
   * Why the last attempt failed; empty where none did.
   *
   * @throws StrataException (data) where failure.json is damaged
   */
  public Optional<Failure> failure() {
    return read(failureFile(), Failure.class);
  }

  /**
   * When failure.json was written, by the clock of its store; empty where there is none.
   *
   * @throws StrataException (cluster) where its time cannot be read
   */
  public Optional<Instant> failed() {
    try {
      long time =
          Storage.of(failureFile(), configuration)
              .getFileStatus(failureFile())
              .getModificationTime();
      return Optional.of(Instant.ofEpochMilli(time));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(failureFile(), e);
    }
  }

  /**
   * Writes result.json, last of all, and removes failure.json.
   *
   * @throws StrataException (cluster) where that fails
   */
  public void finish(RunResult result) {
    OutputFiles.write(configuration, resultFile(), SignedJson.write(result));
    clearFailure();
  }

  /**
   * Removes failure.json, if there is one; a finished run stays as it is.
   *
   * @throws StrataException (cluster) where that fails
   */
  public void clearFailure() {
    delete(List.of(failureFile()));
  }

  /**
   * Writes failure.json; true if that succeeded. Never throws, so that the original failure is
   * reported.
   */
  public boolean fail(Failure failure) {
    try {
      OutputFiles.write(configuration, failureFile(), SignedJson.write(failure));
      return true;
    } catch (RuntimeException e) {
      LOG.info("{} cannot be written: {}", failureFile(), failure.message(), e);
      return false;
    }
  }

  /**
   * As {@link #begin} for a run that the folder holds and that is done again: its result goes, its
   * output stays until the new one is there.
   */
  public RunStart again(RunIdentity asked) {
    return new RunBeginning(this).again(asked);
  }

  /**
   * Deletes the result of a finished run, which becomes an unfinished one: for continued training.
   */
  public RunStart reopen(RunStart finished) {
    delete(List.of(resultFile(), failureFile()));
    return new RunStart(RunStart.State.UNFINISHED, finished.identity(), finished.notices());
  }

  /** Whether an unfinished run has results from which a repeated command would resume. */
  public boolean hasWork() {
    return new RunWork(this).exists();
  }

  /** Whether a finished run's own model, or its features, are still there. */
  public boolean hasOutput(RunResult result) {
    RunWork work = new RunWork(this);
    if (model().toString().equals(result.modelPath())) {
      return work.holds(model(), RunWork.MANIFEST);
    }
    return !EXTRACT.equals(result.job()) || work.holds(features(), ".parquet");
  }

  /**
   * What the run of this id read; empty where nothing is known of it, the file being damaged or of
   * another run.
   *
   * @throws StrataException (data) where the file is of a newer version
   */
  public Optional<RunInputs> inputs(String runId) {
    Optional<RunInputs> found;
    try {
      found = read(inputsFile(), RunInputs.class);
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      return Optional.empty();
    }
    found
        .filter(inputs -> inputs.formatVersion() > RunInputs.FORMAT_VERSION)
        .ifPresent(
            inputs -> {
              throw StrataException.data("the run was written by a newer version of Strata")
                  .file(inputsFile())
                  .found("format version " + inputs.formatVersion())
                  .expected("at most " + RunInputs.FORMAT_VERSION)
                  .build();
            });
    return found.filter(inputs -> runId.equals(inputs.runId()));
  }

  /**
   * Replaces inputs.json.
   *
   * @throws StrataException (cluster) where that fails
   */
  public void write(RunInputs inputs) {
    OutputFiles.write(configuration, inputsFile(), SignedJson.write(inputs));
  }

  /** As {@link #identity()}, whatever its version. */
  Optional<RunIdentity> readIdentity() {
    Optional<String> text = text(runFile());
    Optional<RunIdentity> found = text.map(t -> Json.read(t, RunIdentity.class, runFile()));
    if (found.isPresent() && found.get().formatVersion() <= RunIdentity.FORMAT_VERSION) {
      boolean signed = found.get().formatVersion() >= RunIdentity.SIGNED_SINCE;
      SelfChecksum.require(text.get(), signed, runFile());
      found.get().requireWhole(runFile());
    }
    return found;
  }

  void delete(List<Path> paths) {
    try {
      FileSystem fileSystem = Storage.of(folder, configuration);
      for (Path path : paths) {
        fileSystem.delete(path, true);
      }
    } catch (IOException | FSError e) {
      throw StrataException.cluster("cannot delete files of an earlier attempt")
          .file(folder)
          .found(OutputFiles.reason(e))
          .cause(e)
          .build();
    }
  }

  boolean exists(Path path) {
    try {
      return Storage.of(path, configuration).exists(path);
    } catch (IOException e) {
      throw OutputFiles.readFailure(path, e);
    }
  }

  private <T> Optional<T> read(Path file, Class<T> type) {
    return text(file).map(text -> SignedJson.read(text, type, SignedJson.WHERE_PRESENT, file));
  }

  private Optional<String> text(Path file) {
    try {
      return OutputFiles.read(configuration, file);
    } catch (DamagedFileException e) {
      throw StrataException.data("a file of the run is damaged")
          .file(file)
          .found(e.getMessage())
          .build();
    }
  }

  public Path runFile() {
    return new Path(folder, "run.json");
  }

  /** What the run read. */
  public Path inputsFile() {
    return new Path(folder, "inputs.json");
  }

  public Path historyFile() {
    return new Path(folder, "history.jsonl");
  }

  /** What rounds did to each layer. */
  public Path layerStatisticsFile() {
    return new Path(folder, "layer-statistics.jsonl");
  }

  /** Event files for TensorBoard, a folder for each phase. */
  public Path tensorboard() {
    return new Path(folder, "tensorboard");
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

  /** Which models the run began with. */
  public Path modelsFile() {
    return new Path(folder, "models.json");
  }

  public Path checkpoints() {
    return new Path(folder, "checkpoints");
  }

  /** What a run of several phases has finished of them. */
  public Path layers() {
    return new Path(folder, "layers");
  }

  /** What was tried before training. */
  public Path search() {
    return new Path(folder, "search");
  }

  /** Activations of finished layers, on which the next ones are trained. */
  public Path activations() {
    return new Path(folder, "activations");
  }

  /** Labels that a teacher gave to rows, and the labelled rows that it was fitted on. */
  public Path teacher() {
    return new Path(folder, "teacher");
  }

  /** Pretrainings of a comparison that depend on labels, each the run of one fold. */
  public Path teacherFolds() {
    return new Path(folder, "teacher-folds");
  }

  /** Unlabelled rows that fine-tuning learns from. */
  public Path unlabelled() {
    return new Path(folder, "unlabelled");
  }

  /** What {@code evaluate} writes, and what training writes of its parts. */
  List<Path> evaluations() {
    return Stream.of("", "-validation", "-test", "-members")
        .map(part -> new Path(folder, "evaluation" + part + ".json"))
        .toList();
  }

  public Path pictures() {
    return new Path(folder, "pictures");
  }

  public Path model() {
    return new Path(folder, "model");
  }

  /** Models at the ends of a schedule's cycles. */
  public Path snapshots() {
    return new Path(folder, "snapshots");
  }

  public Path features() {
    return new Path(folder, "features");
  }

  /** Rows that could not be used, with the reasons. */
  public Path quarantine() {
    return new Path(folder, "quarantine");
  }

  public Path shards() {
    return new Path(folder, "shards");
  }
}
