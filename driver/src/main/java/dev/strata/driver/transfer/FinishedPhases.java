package dev.strata.driver.transfer;

import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.StateVector;
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
   * @param parameters number of the whole network's
   * @throws StrataException (data) where the phase was trained on other rows, or of another network
   */
  Optional<FinishedPhase> find(String phase, String dataSha256, long parameters) {
    Optional<FinishedPhase> found = store(phase).newest().map(content -> read(content, phase));
    found.ifPresent(
        finished -> {
          if (!finished.counters().dataSha256().equals(dataSha256)
              || finished.parameters().length() != parameters) {
            throw StrataException.data("the data have changed since the run finished " + phase)
                .file(folder(phase))
                .found("rows " + dataSha256 + ", " + parameters + " parameters")
                .expected(
                    "rows %s, %d parameters, or --overwrite to begin anew"
                        .formatted(
                            finished.counters().dataSha256(), finished.parameters().length()))
                .build();
          }
        });
    return found;
  }

  private FinishedPhase read(CheckpointContent content, String phase) {
    byte[][] chunks = content.arrays().get(PARAMETERS);
    if (chunks == null) {
      throw StrataException.data("a finished phase lacks an array")
          .file(folder(phase))
          .found(String.join(", ", content.arrays().keySet()))
          .expected(PARAMETERS)
          .build();
    }
    return new FinishedPhase(
        Json.read(content.stateJson(), FinishedPhase.Counters.class, folder(phase)),
        StateVector.ofChunks(chunks));
  }

  private CheckpointStore store(String phase) {
    return new CheckpointStore(run.configuration(), folder(phase), 1, notice);
  }

  private Path folder(String phase) {
    return new Path(run.layers(), phase);
  }
}
