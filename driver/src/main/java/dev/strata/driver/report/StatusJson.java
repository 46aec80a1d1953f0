package dev.strata.driver.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.driver.lock.LockSighting;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.json.Json;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * State of a run for programs: the output of {@code strata status --json}. Every field is written,
 * null where it is not known; fields are added, never renamed or removed. {@code docs/clusters.md}
 * describes them.
 *
 * @param output folder of the run
 * @param job such as {@code train}; like runId and begun, null where every attempt failed before a
 *     run began
 * @param runId kept over resumes
 * @param begun ISO 8601, UTC
 * @param state {@code finished}, {@code running}, {@code failed} or {@code unfinished}
 * @param holder process that holds the folder
 * @param holderSeenSeconds seconds since the holder last renewed its lock
 * @param progress of the newest round; null before the first one
 * @param validation newest one
 * @param lastCheckpoint folder of the newest checkpoint
 * @param result content of {@code result.json}
 * @param failure content of {@code failure.json}
 * @param failed when {@code failure.json} was written, by the clock of its store; ISO 8601, UTC
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@RecordBuilder
public record StatusJson(
    String output,
    String job,
    String runId,
    String begun,
    String state,
    String holder,
    Double holderSeenSeconds,
    Round progress,
    Validation validation,
    String lastCheckpoint,
    RunResult result,
    Failure failure,
    String failed) {

  /**
   * @param phase such as {@code supervised} or {@code layer-1}
   * @param layer that is pretrained; null where the whole network is trained
   * @param epoch in which the round lies, from 1
   * @param epochs of the phase; null where not known
   * @param round from 1, of the phase
   * @param examples of the phase
   * @param totalExamples of the phase; null where not known
   * @param loss mean training loss of the round; null where it is no finite number
   * @param examplesPerSecond median of the last rounds
   * @param secondsLeft in the phase at that speed; null unless the run is running
   * @param time end of the round, ISO 8601, UTC
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @RecordBuilder
  public record Round(
      String phase,
      String layer,
      int epoch,
      Integer epochs,
      long round,
      long examples,
      Long totalExamples,
      Double loss,
      Double examplesPerSecond,
      Double secondsLeft,
      String time) {}

  /**
   * @param round after which it was done
   * @param metrics name → value
   * @param positiveClass that {@code precision}, {@code recall}, {@code f1} and areas are of; null
   *     where they are means
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Validation(long round, Map<String, Double> metrics, String positiveClass) {}

  /**
   * @param outputDir any Hadoop URI
   * @return an indented object, ended by a line end
   * @throws dev.strata.executor.failure.StrataException (configuration) where the folder holds
   *     neither a run nor a failure; (data) where a file of the run is damaged; (cluster) where it
   *     cannot be read
   */
  public static String of(Configuration configuration, String outputDir) {
    return of(configuration, outputDir, Instant.now());
  }

  static String of(Configuration configuration, String outputDir, Instant now) {
    return Json.pretty(of(RunStatus.read(configuration, outputDir, now))) + "\n";
  }

  private static StatusJson of(RunStatus run) {
    Optional<LockSighting> lock = run.lock();
    return StatusJsonBuilder.builder()
        .output(run.folder().folder().toString())
        .job(run.identity().map(RunIdentity::job).orElse(null))
        .runId(run.identity().map(RunIdentity::runId).orElse(null))
        .begun(run.identity().map(RunIdentity::created).orElse(null))
        .state(run.state().name().toLowerCase(Locale.ROOT))
        .holder(lock.map(LockSighting::holder).orElse(null))
        .holderSeenSeconds(lock.map(sighting -> sighting.age().toMillis() / 1e3).orElse(null))
        .progress(run.newest().map(entry -> round(run, entry)).orElse(null))
        .validation(
            run.validated()
                .map(e -> new Validation(e.round(), e.metrics(), run.positiveClass().orElse(null)))
                .orElse(null))
        .lastCheckpoint(run.checkpoint().map(Path::toString).orElse(null))
        .result(run.result().orElse(null))
        .failure(run.failure().orElse(null))
        .failed(run.failed().map(Instant::toString).orElse(null))
        .build();
  }

  private static Round round(RunStatus run, HistoryEntry entry) {
    double speed = run.speed();
    boolean ends =
        run.state() == RunStatus.State.RUNNING
            && speed > 0
            && entry.totalExamples() > entry.examples();
    return StatusJsonRoundBuilder.builder()
        .phase(entry.phase())
        .layer(entry.layer().orElse(null))
        .epoch(entry.epoch() + 1)
        .epochs(entry.epochs() > 0 ? entry.epochs() : null)
        .round(entry.round())
        .examples(entry.examples())
        .totalExamples(entry.totalExamples() > 0 ? entry.totalExamples() : null)
        .loss(Double.isFinite(entry.loss()) ? entry.loss() : null)
        .examplesPerSecond(speed > 0 ? speed : null)
        .secondsLeft(ends ? (entry.totalExamples() - entry.examples()) / speed : null)
        .time(entry.time())
        .build();
  }
}
