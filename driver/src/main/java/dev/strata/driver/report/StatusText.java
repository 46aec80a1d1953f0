package dev.strata.driver.report;

import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.report.RunStatus.State;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** State of a run as lines for a terminal: the output of {@code strata status --output DIR}. */
public final class StatusText {
  private static final int LABEL_WIDTH = 18;
  private static final Duration READING = Duration.ofMinutes(1);

  private final RunStatus run;
  private final Instant now;
  private final StringBuilder text = new StringBuilder();

  private StatusText(RunStatus run, Instant now) {
    this.run = run;
    this.now = now;
  }

  /**
   * @param outputDir any Hadoop URI
   * @return lines, each ended
   * @throws dev.strata.executor.failure.StrataException (configuration) where the folder holds
   *     neither a run nor a failure; (data) where a file of the run is damaged; (cluster) where it
   *     cannot be read
   */
  public static String of(Configuration configuration, String outputDir) {
    return of(configuration, outputDir, Instant.now());
  }

  static String of(Configuration configuration, String outputDir, Instant now) {
    return new StatusText(RunStatus.read(configuration, outputDir, now), now).lines();
  }

  private String lines() {
    line("output", run.folder().folder().toString());
    run.identity().ifPresent(this::identity);
    line("state", state());
    run.identity()
        .map(identity -> ChangedSources.of(run.folder(), identity.runId()))
        .filter(changed -> !changed.isEmpty())
        .ifPresent(changed -> line("changed sources", changed));
    run.newest().ifPresent(this::course);
    run.validated().ifPresent(this::validation);
    if (run.state() != State.FINISHED) {
      line("last checkpoint", run.checkpoint().map(Object::toString).orElse("none"));
    }
    run.result().ifPresent(this::result);
    run.failure().ifPresent(this::failure);
    return text.toString();
  }

  private void identity(RunIdentity identity) {
    line("job", identity.job() + ", run " + identity.runId() + ", started " + identity.created());
  }

  private String state() {
    return switch (run.state()) {
      case FINISHED -> "finished";
      case RUNNING ->
          "running: "
              + run.lock().orElseThrow().holder()
              + ", last seen "
              + ago(run.lock().orElseThrow().age());
      case FAILED ->
          run.failure().orElseThrow().retryable()
              ? "failed; a retry may help: run the command again to resume from the last checkpoint"
              : "failed; fix the reported problem before retrying";
      case UNFINISHED ->
          run.lock()
              .map(
                  lock ->
                      lock.holder()
                          + (lock.gone()
                              ? " has exited"
                              : " does not respond, last seen " + ago(lock.age())))
              .map(holder -> "interrupted: " + holder + "; run the command again to resume")
              .orElse("interrupted; run the command again to resume");
    };
  }

  private void course(HistoryEntry newest) {
    String of = newest.epochs() > 0 ? " of " + newest.epochs() : "";
    long length = newest.totalExamples();
    String done =
        length > 0
            ? String.format(
                Locale.ROOT, ", %.0f %%", Math.min(100, 100.0 * newest.examples() / length))
            : "";
    String layer = newest.layer().map(name -> ", layer " + name).orElse("");
    line("phase", newest.phase() + layer);
    line("epoch", (newest.epoch() + 1) + of + done);
    line(
        "round",
        ProgressText.count(newest.round())
            + ", ended "
            + since(newest.time()).map(StatusText::ago).orElse("at " + newest.time()));
    line(
        "examples",
        ProgressText.count(newest.examples())
            + (length > 0 ? " of " + ProgressText.count(length) : ""));
    line("loss", ProgressText.significant(newest.loss()));
    double speed = run.speed();
    if (speed > 0) {
      line("examples/s", ProgressText.count(Math.round(speed)) + " (median of the last rounds)");
      if (run.state() == State.RUNNING && length > newest.examples()) {
        line("time left", "about " + ProgressText.duration((length - newest.examples()) / speed));
      }
    }
  }

  private void validation(HistoryEntry entry) {
    line(
        "validation",
        MetricText.line(entry.metrics(), run.positiveClass().orElse(null))
            + " (round "
            + ProgressText.count(entry.round())
            + ")");
  }

  private void result(RunResult result) {
    result
        .metrics()
        .forEach(
            (part, metrics) ->
                line("result, " + part, MetricText.line(metrics, result.positiveClass())));
    result.warnings().forEach(warning -> line("warning", warning));
    if (result.modelPath() != null) {
      line("model", result.modelPath());
    }
    if (result.modelSha256() != null) {
      line("modelSha256", result.modelSha256());
    }
    if (result.trainSeconds() != null && (result.rounds() == null || result.rounds() > 0)) {
      line("time in rounds", ProgressText.duration(result.trainSeconds()));
    }
  }

  private void failure(Failure failure) {
    String which = run.state() == State.FAILED ? "failure" : "last failure";
    line(
        which,
        failure.message() + " (exit code " + failure.exitCode() + ", " + failure.kind() + ")");
    detail(failure.message(), "key", failure.key());
    detail(failure.message(), "file", failure.file());
    detail(failure.message(), "row", failure.row());
    detail(failure.message(), "found", failure.found());
    detail(failure.message(), "expected", failure.expected());
  }

  /** What the message does not say already. */
  private void detail(String message, String label, String value) {
    if (value != null && (message == null || !message.contains(value))) {
      line("  " + label, value);
    }
  }

  private Optional<Duration> since(String time) {
    try {
      Duration age = Duration.between(Instant.parse(time), now);
      if (age.isNegative()) {
        // the round may have ended while this was read; anything more is a clock that goes
        // otherwise
        return age.plus(READING).isNegative() ? Optional.empty() : Optional.of(Duration.ZERO);
      }
      return Optional.of(age);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String ago(Duration age) {
    double seconds = age.toMillis() / 1e3;
    if (seconds >= 2 * 86_400) {
      return Math.round(seconds / 86_400) + " days ago";
    }
    return ProgressText.duration(seconds) + " ago";
  }

  private void line(String label, String value) {
    text.append(String.format("%-" + LABEL_WIDTH + "s ", label)).append(value.strip()).append('\n');
  }
}
