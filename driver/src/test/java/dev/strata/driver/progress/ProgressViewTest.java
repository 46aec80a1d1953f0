package dev.strata.driver.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
  private static final String CLEAR = "\r\u001b[2K";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now;

  @Test
  void aFileGetsLinesNowAndThen() {
    try (ProgressView view = view(false)) {
      view.update(at(1, 100));
      pass(Duration.ofSeconds(3));
      view.update(at(1, 200));
      pass(Duration.ofSeconds(8));
      view.update(at(1, 300));
      view.update(at(2, 500));
      view.line("validation: loss 0.5");
      view.update(at(2, 550));
      view.update(at(2, 1000));
    }
    assertThat(text().lines())
        .containsExactly(
            "train  epoch 1/2   10 %  loss 0.2500  100 examples/s  9.0 s left",
            "train  epoch 1/2   30 %  loss 0.2500  100 examples/s  7.0 s left",
            "train  epoch 2/2   50 %  loss 0.2500  100 examples/s  5.0 s left",
            "validation: loss 0.5",
            "train  epoch 2/2  100 %  loss 0.2500  100 examples/s");
  }

  @Test
  void theLastStateIsShownOnce() {
    try (ProgressView view = view(false)) {
      view.update(at(1, 1000));
    }
    assertThat(text().lines()).hasSize(1);
  }

  @Test
  void nothingIsShownOfNothing() {
    view(true).close();
    assertThat(text()).isEmpty();
  }

  @Test
  void aTerminalGetsOneLineThatIsRedrawn() {
    try (ProgressView view = view(true)) {
      view.update(at(1, 0));
      pass(Duration.ofMillis(100));
      view.update(at(1, 400));
      pass(Duration.ofMillis(200));
      view.update(at(1, 500));
      view.line("checkpoint");
    }
    String empty = "train  epoch 1/2  [" + "-".repeat(24) + "]   0 %";
    String half = "train  epoch 1/2  [" + "#".repeat(12) + "-".repeat(12) + "]  50 %";
    String end = System.lineSeparator();
    String rest = "  loss 0.2500  100 examples/s  5.0 s left";
    assertThat(text())
        .isEqualTo(
            empty
                + "  loss 0.2500  100 examples/s  10 s left"
                + CLEAR
                + half
                + rest
                + CLEAR
                + "checkpoint"
                + end
                + half
                + rest
                + end);
  }

  @Test
  void whatIsNotKnownIsNotShown() {
    Progress unknown = new Progress("prepare", 0, 0, 0, 0, Double.NaN, 0);
    assertThat(ProgressText.line(unknown)).isEqualTo("prepare    0 %");
  }

  @Test
  void numbersAreShortAndReadable() {
    assertThat(ProgressText.significant(0.000123412)).isEqualTo("1.234e-04");
    assertThat(ProgressText.significant(12.3456)).isEqualTo("12.35");
    assertThat(ProgressText.significant(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
    assertThat(ProgressText.duration(9.96)).isEqualTo("10 s");
    assertThat(ProgressText.duration(64)).isEqualTo("1 m 04 s");
    assertThat(ProgressText.duration(7500)).isEqualTo("2 h 05 m");
    assertThat(ProgressText.count(1_234_567)).isEqualTo("1,234,567");
  }

  private ProgressView view(boolean terminal) {
    return new ProgressView(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, () -> now);
  }

  private static Progress at(int epoch, long examples) {
    return new Progress("train", epoch, 2, examples, 1000, 0.25, 100);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
