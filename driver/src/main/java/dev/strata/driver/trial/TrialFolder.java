package dev.strata.driver.trial;

import dev.strata.driver.models.ModelHash;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.SignedJson;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results of trials, one file each, {@code NAME.json}, so that an interrupted search resumes with
 * what it has not tried yet. A file that was cut off, or is of another trial under the same name,
 * or was damaged, is taken for none.
 */
public final class TrialFolder {
  private static final Logger LOG = LoggerFactory.getLogger(TrialFolder.class);
  private static final int FORMAT_VERSION = 2;

  /** First version whose files carry their own checksum. */
  private static final int SIGNED_SINCE = 2;

  private final Configuration configuration;
  private final Path folder;

  public TrialFolder(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  /**
   * What a file holds.
   *
   * @param trial hash of everything that the scores depend on
   */
  private record Kept(int formatVersion, String trial, TrialResult result) {
    /** A curve has a score, and none of a trial that did not diverge is without a number. */
    boolean isWhole(String name) {
      return formatVersion >= 1
          && formatVersion <= FORMAT_VERSION
          && trial != null
          && result != null
          && name.equals(result.name())
          && !result.curve().isEmpty()
          && (result.diverged()
              || result.curve().stream()
                  .allMatch(s -> Double.isFinite(s.loss()) && Double.isFinite(s.error())));
    }
  }

  /**
   * Hash of everything that a trial's scores depend on.
   *
   * @param origins checksums of what training and scoring rows are of, or were computed of
   * @param start parameters that the trial starts from; empty where it starts afresh
   */
  public static String hash(Trial trial, List<String> origins, StateVector start) {
    List<Object> parts =
        new ArrayList<>(
            List.of(
                ModelHash.sha256(trial.network().json(), start),
                origins,
                trial.training().rows(),
                trial.scoring().rows(),
                trial.epochs(),
                trial.batch(),
                trial.scoreEvery(),
                trial.seed()));
    // Absent where it is none, so that results kept before there was any still fit.
    if (!trial.step().equals(StepSettings.STOCK)) {
      parts.add(trial.step());
    }
    if (!trial.unitVariance().isEmpty()) {
      parts.add(trial.unitVariance());
    }
    return Checksum.of(Json.line(parts).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The result of a trial that was run before.
   *
   * @param hash of the trial as it would be run now
   */
  public Optional<TrialResult> find(String name, String hash) {
    return read(name).filter(kept -> kept.trial().equals(hash)).map(Kept::result);
  }

  /**
   * Epochs of a trial that was run before and did not diverge.
   *
   * @param hash of the trial as it would run now with this number of epochs
   */
  public OptionalInt epochs(String name, IntFunction<String> hash) {
    Optional<Kept> kept = read(name).filter(k -> !k.result().diverged());
    int epochs = kept.map(k -> k.result().last().epoch()).orElse(0);
    return kept.isPresent() && kept.get().trial().equals(hash.apply(epochs))
        ? OptionalInt.of(epochs)
        : OptionalInt.empty();
  }

  private Optional<Kept> read(String name) {
    Path file = file(name);
    try {
      return OutputFiles.read(configuration, file)
          .map(text -> SignedJson.read(text, Kept.class, SIGNED_SINCE, file))
          .filter(kept -> kept.isWhole(name));
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged: the trial runs again", file, e);
      return Optional.empty();
    } catch (StrataException e) {
      if (e.kind() == FailureKind.DATA) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Writes the stack trace of a trial that failed, in {@code NAME.failure.txt}, for people.
   *
   * @return the file
   */
  public Path explain(TrialResult failed) {
    Path file = new Path(folder, file(failed.name()).getName().replace(".json", ".failure.txt"));
    OutputFiles.write(configuration, file, failed.stackTrace());
    return file;
  }

  /** Keeps a result. */
  public void keep(String hash, TrialResult result) {
    OutputFiles.write(
        configuration,
        file(result.name()),
        SignedJson.write(new Kept(FORMAT_VERSION, hash, result)));
  }

  private Path file(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("not a name for a file: " + name);
    }
    return new Path(folder, name + ".json");
  }
}
