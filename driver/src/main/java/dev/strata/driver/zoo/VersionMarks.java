package dev.strata.driver.zoo;

import dev.strata.executor.failure.StrataException;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which versions of a model there are. A number is claimed by exclusive creation and never returns.
 * A version is there from the moment in which its mark {@code published} is: an empty file, which
 * is there at once or not at all, and whose name holds the checksum of {@code version.json}.
 */
final class VersionMarks {
  private static final Pattern MARK =
      Pattern.compile("(\\d{6,9})\\.(?:(claimed)|published\\.([0-9a-f]{64})|(deleted))");

  /** Names of marks have at most nine digits. */
  private static final int LAST = 999_999_999;

  private final MarkFolder marks;

  VersionMarks(MarkFolder marks) {
    this.marks = marks;
  }

  SortedMap<Integer, VersionState> read() {
    SortedMap<Integer, VersionState> found = new TreeMap<>();
    for (String name : marks.names()) {
      Matcher matcher = MARK.matcher(name);
      if (matcher.matches()) {
        VersionState said =
            new VersionState(Optional.ofNullable(matcher.group(3)), matcher.group(4) != null);
        found.merge(Integer.parseInt(matcher.group(1)), said, VersionState::and);
      }
    }
    return found;
  }

  VersionState of(int number) {
    return read().getOrDefault(number, VersionState.CLAIMED);
  }

  /** A number that no other version has or had. */
  int claim() {
    byte[] content = Mark.now().bytes();
    // each further turn means that somebody else has just taken a number
    while (true) {
      SortedMap<Integer, VersionState> known = read();
      int next = known.isEmpty() ? 1 : known.lastKey() + 1;
      if (next > LAST) {
        throw StrataException.data("no further version number available")
            .file(marks.path())
            .found("a mark of version " + known.lastKey())
            .expected("marks of versions that were published")
            .build();
      }
      if (marks.create(mark(next, "claimed"), content)) {
        return next;
      }
    }
  }

  void publish(int number, String sha256) {
    marks.create(mark(number, "published." + sha256), new byte[0]);
  }

  /** For ever. */
  void delete(int number) {
    marks.create(mark(number, "deleted"), Mark.now().bytes());
  }

  private static String mark(int number, String word) {
    return String.format(Locale.ROOT, "%06d.%s", number, word);
  }
}
