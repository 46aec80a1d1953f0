package dev.strata.driver.run;

import dev.strata.executor.failure.Counted;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * State of a data source, or of another input file, when the run started.
 *
 * @param known whether a change can be seen at all; false for sources that are not made of files
 * @param files number of files
 * @param sha256 of the whole list of files, hexadecimal
 * @param listed path → length and modification time, or a checksum; empty where there are more than
 *     {@link #MOST_LISTED} files, for which only the checksum is kept
 */
public record SourceState(boolean known, long files, String sha256, Map<String, String> listed) {
  static final int MOST_LISTED = 1000;

  private static final int NAMED = 3;

  /** A source that may change unseen. */
  public static final SourceState UNKNOWN = new SourceState(false, 0, "", Map.of());

  public SourceState {
    sha256 = sha256 == null ? "" : sha256;
    Map<String, String> all = new TreeMap<>();
    if (listed != null) {
      listed.forEach((path, state) -> all.put(path, String.valueOf(state)));
    }
    listed = all;
  }

  /**
   * @param files path → what changes with its content
   */
  public static SourceState of(Map<String, String> files) {
    Map<String, String> sorted = new TreeMap<>(files);
    StringBuilder text = new StringBuilder();
    sorted.forEach((path, state) -> text.append(path).append('\n').append(state).append('\n'));
    return new SourceState(
        true,
        sorted.size(),
        Checksum.of(text.toString().getBytes(StandardCharsets.UTF_8)),
        sorted.size() > MOST_LISTED ? Map.of() : sorted);
  }

  /**
   * What has changed, as words behind the source's key; empty where it is the same.
   *
   * @param now the same source later
   */
  public Optional<String> change(SourceState now) {
    if (!known || !now.known) {
      return Optional.of("may have changed, because it is not made of files only");
    }
    if (files == now.files && sha256.equals(now.sha256)) {
      return Optional.empty();
    }
    if (listed.size() < files || now.listed.size() < now.files) {
      return Optional.of("has different files (" + now.files + ", before " + files + ")");
    }
    List<String> replaced = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    listed.forEach(
        (path, state) -> {
          if (!now.listed.containsKey(path)) {
            removed.add(path);
          } else if (!Objects.equals(state, now.listed.get(path))) {
            replaced.add(path);
          }
        });
    List<String> added =
        now.listed.keySet().stream().filter(path -> !listed.containsKey(path)).toList();
    List<String> words = new ArrayList<>();
    describe("replaced", replaced, words);
    describe("added", added, words);
    describe("removed", removed, words);
    return Optional.of(words.isEmpty() ? "has different files" : String.join("; ", words));
  }

  private static void describe(String verb, List<String> paths, List<String> words) {
    if (!paths.isEmpty()) {
      words.add(verb + " " + Counted.first(paths, NAMED));
    }
  }
}
