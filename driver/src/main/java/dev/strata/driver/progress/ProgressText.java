package dev.strata.driver.progress;

import dev.strata.driver.evaluate.MetricText;
import java.util.Locale;

/** Numbers as people read them. */
public final class ProgressText {
  private static final int BAR_WIDTH = 24;

  private ProgressText() {}

  /** {@code train epoch 3/10 [#####-----] 41 % loss 0.4312 12,300 examples/s 1 m 04 s left}. */
  static String bar(Progress progress) {
    int full = (int) Math.floor(progress.share() * BAR_WIDTH);
    return text(progress, "[" + "#".repeat(full) + "-".repeat(BAR_WIDTH - full) + "] ");
  }

  /** The same without the bar. */
  public static String line(Progress progress) {
    return text(progress, "");
  }

  private static String text(Progress progress, String bar) {
    StringBuilder text = new StringBuilder(progress.phase());
    if (progress.epochs() > 0) {
      text.append("  epoch ").append(progress.epoch()).append('/').append(progress.epochs());
    }
    text.append("  ").append(bar);
    text.append(String.format(Locale.ROOT, "%3.0f %%", 100 * progress.share()));
    if (!Double.isNaN(progress.loss())) {
      text.append("  loss ").append(significant(progress.loss()));
    }
    if (progress.examplesPerSecond() > 0) {
      long speed = Math.round(progress.examplesPerSecond());
      text.append("  ").append(count(speed)).append(" examples/s");
    }
    if (progress.secondsLeft() >= 0 && progress.share() < 1) {
      text.append("  ").append(duration(progress.secondsLeft())).append(" left");
    }
    return text.toString();
  }

  /** Four significant digits. */
  public static String significant(double value) {
    return MetricText.number(value);
  }

  /** Digits in groups of three. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 8.4 s}, {@code 1 m 04 s}, {@code 2 h 05 m}. */
  public static String duration(double seconds) {
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d m %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d m", whole / 3600, whole % 3600 / 60);
  }
}
