package dev.strata.driver.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param positiveClass of two classes the one that {@code precision}, {@code recall}, {@code f1},
 *     {@code roc-auc} and {@code pr-auc} are of; null elsewhere
 * @param warnings what the metrics hide, each {@code PART: sentence}; {@code training: sentence} if
 *     new weights took too few steps
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"job", "status", "metrics"})
@RecordBuilder
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
    Long resumedFromRound,
    String positiveClass,
    List<String> warnings) {
  /** The only status of a finished run; failure.json reports failures. */
  public static final String FINISHED = "finished";

  public RunResult {
    metrics = metrics == null ? Map.of() : new TreeMap<>(metrics);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** The same with what was found where labels were predicted. */
  public RunResult with(String positive, List<String> found) {
    return RunResultBuilder.builder(this).positiveClass(positive).warnings(found).build();
  }

  /** The same with one more warning, before the others. */
  public RunResult warned(Optional<String> warning) {
    List<String> all = new ArrayList<>(warning.stream().toList());
    all.addAll(warnings);
    return RunResultBuilder.builder(this).warnings(all).build();
  }
}
