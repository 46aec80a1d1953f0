package dev.strata.driver.finetune;

import dev.strata.driver.checkpoint.CheckpointArrays;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * The finished phases of a run, each below {@code <output>/layers/PHASE} in the form of a
 * checkpoint: written, read back, its manifest last. A phase found here is not trained again.
 */
final class FinishedPhases {
  private static final String PARAMETERS = "parameters";
  private static final String STATE = "state.json";

  private final RunFolder run;
  private final Consumer<String> notice;

  FinishedPhases(RunFolder run, Consumer<String> notice) {
    this.run = run;
    this.notice = notice;
  }

  void save(String phase, FinishedPhase finished) {
    store(phase)
        .save(
            new CheckpointContent(
                finished.counters().rounds(),
                Json.pretty(finished.counters()),
                Map.of(PARAMETERS, finished.parameters().chunks())));
  }

  /**
   * A phase whose parts do not fit each other is damaged: Strata reports it and trains it again.
   *
   * @param parameters number of the whole network's
   * @throws StrataException (data) where the phase was trained on other rows, or of another network
   */
  Optional<FinishedPhase> find(String phase, String dataSha256, long parameters) {
    Optional<FinishedPhase> found = store(phase).newest(FinishedPhases::read);
    found.ifPresent(
        finished -> {
          if (!finished.counters().dataSha256().equals(dataSha256)
              || finished.parameters().length() != parameters) {
            throw StrataException.data("the data has changed since the run finished " + phase)
                .file(folder(phase))
                .found("rows " + dataSha256 + ", " + parameters + " parameters")
                .expected(
                    "rows %s, %d parameters, or --overwrite to start over"
                        .formatted(
                            finished.counters().dataSha256(), finished.parameters().length()))
                .build();
          }
        });
    return found;
  }

  private static FinishedPhase read(CheckpointContent content) {
    byte[][] chunks = content.arrays().get(PARAMETERS);
    if (chunks == null) {
      throw StrataException.data("a finished phase lacks an array")
          .file(PARAMETERS + ".bin")
          .found(String.join(", ", content.arrays().keySet()))
          .expected(PARAMETERS)
          .build();
    }
    FinishedPhase.Counters counters =
        Json.read(content.stateJson(), FinishedPhase.Counters.class, STATE);
    check(counters, content.round());
    return new FinishedPhase(counters, CheckpointArrays.vector(chunks, PARAMETERS));
  }

  private static void check(FinishedPhase.Counters counters, long round) {
    boolean counted =
        counters.rounds() == round
            && counters.epochs() >= 0
            && counters.iterations() >= 0
            && counters.examples() >= 0
            && Double.isFinite(counters.trainSeconds());
    if (counters.dataSha256() == null || !counted) {
      throw StrataException.data("a finished phase is inconsistent")
          .file(STATE)
          .found(counters)
          .expected(round + " rounds, counters of at least 0, and the checksum of the rows")
          .build();
    }
  }

  private CheckpointStore store(String phase) {
    return new CheckpointStore(run.configuration(), folder(phase), 1, notice);
  }

  private Path folder(String phase) {
    return new Path(run.layers(), phase);
  }
}
