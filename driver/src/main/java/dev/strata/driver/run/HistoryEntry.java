package dev.strata.driver.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One line of {@code history.jsonl}: a round.
 *
 * @param runId of the run; kept over a resume
 * @param phase such as {@code supervised} or {@code layer-1}
 * @param layer name of the layer being pretrained; absent where the whole network is trained
 * @param epoch passes over the data finished before this round
 * @param round rounds finished with this one, counted over the whole phase from 1
 * @param iteration minibatches seen, as the optimiser counts them
 * @param examples rows trained on since the phase began
 * @param loss mean training loss of the round's examples
 * @param validationLoss where this round was followed by a validation
 * @param metrics of that validation, name → value
 * @param examplesPerSecond of this round
 * @param seconds of each phase of the round, such as {@code train}, {@code reduce}, {@code
 *     checkpoint}
 * @param time end of the round, ISO 8601, UTC
 * @param epochs of the whole phase; 0 where that is not known
 * @param totalExamples of the whole phase, counted as {@code examples}; 0 where that is not known
 * @param devices GPUs that the workers held, worker → such as {@code gpu 1 of executor_HOST_ID};
 *     absent without GPUs
 * @param learningRate of the round's last minibatch; the largest where layers have several; absent
 *     where the updater has none
 */
@RecordBuilder
public record HistoryEntry(
    String runId,
    String phase,
    Optional<String> layer,
    int epoch,
    long round,
    long iteration,
    long examples,
    double loss,
    Optional<Double> validationLoss,
    Map<String, Double> metrics,
    double examplesPerSecond,
    Map<String, Double> seconds,
    String time,
    int epochs,
    long totalExamples,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Map<String, String>> devices,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Double> learningRate) {

  public HistoryEntry {
    layer = layer == null ? Optional.empty() : layer;
    validationLoss = validationLoss == null ? Optional.empty() : validationLoss;
    metrics = metrics == null ? Map.of() : new TreeMap<>(metrics);
    devices = devices == null ? Optional.empty() : devices.map(TreeMap::new);
    learningRate = learningRate == null ? Optional.empty() : learningRate;
    seconds = seconds == null ? Map.of() : new TreeMap<>(seconds);
  }
}
