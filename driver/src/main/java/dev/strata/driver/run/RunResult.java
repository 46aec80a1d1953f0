package dev.strata.driver.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code result.json} of a job, written last: its presence means that the run is finished.
 * Every field is written, null where the job has no such thing.
 *
 * @param job such as {@code train}
 * @param status {@link #FINISHED}
 * @param metrics part ({@code train}, {@code validation}, {@code test}) → metric → value
 * @param examplesSeen rows trained on, repeated epochs counted
 * @param epochs finished
 * @param rounds finished
 * @param workers of {@code training.workers}
 * @param parameters of the model
 * @param trainSeconds spent in rounds, over all attempts
 * @param wallSeconds of this attempt, start of the job to this file
 * @param examplesPerSecond {@code examplesSeen / trainSeconds}
 * @param modelPath folder of the bundle
 * @param modelSha256 over the network's JSON and the parameter bytes
 * @param seed of the configuration
 * @param resumedFromRound round of the checkpoint that this attempt started from; null where it
 *     started afresh
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"job", "status", "metrics"})
public record RunResult(
    String job,
    String status,
    Map<String, Map<String, Double>> metrics,
    Long examplesSeen,
    Integer epochs,
    Long rounds,
    Integer workers,
    Long parameters,
    Double trainSeconds,
    Double wallSeconds,
    Double examplesPerSecond,
    String modelPath,
    String modelSha256,
    Long seed,
    Long resumedFromRound) {
  /** The one status that a finished run has; failures are told by failure.json. */
  public static final String FINISHED = "finished";

  public RunResult {
    metrics = metrics == null ? Map.of() : new TreeMap<>(metrics);
  }
}
