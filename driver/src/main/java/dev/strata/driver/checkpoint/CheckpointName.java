package dev.strata.driver.checkpoint;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a checkpoint's folder: {@code round-000000000040-000}. The attempt counts writes of the
 * same round, so that no write touches what an earlier one left.
 */
record CheckpointName(long round, int attempt) implements Comparable<CheckpointName> {
  private static final Pattern FORM = Pattern.compile("round-(\\d{12,18})-(\\d{3,9})");
  private static final Comparator<CheckpointName> OLDEST_FIRST =
      Comparator.comparingLong(CheckpointName::round).thenComparingInt(CheckpointName::attempt);

  static Optional<CheckpointName> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new CheckpointName(
                Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(CheckpointName other) {
    return OLDEST_FIRST.compare(this, other);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "round-%012d-%03d", round, attempt);
  }
}
