package dev.strata.driver.row;

import dev.strata.driver.source.SourceReader;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;

/**
 * Why a source cannot read one of its rows, as a text in the column {@link
 * SourceReader#CORRUPT_RECORD}: using the row fails with it.
 *
 * @param key of the configuration that would read it; null where none does
 * @param row null if unknown
 * @param found null where there is nothing to tell
 * @param expected null where there is nothing to tell
 */
public record Refusal(
    String what, String key, String file, String row, String found, String expected) {
  /** Metadata of a column that holds refusals; else it holds the rows as they are. */
  public static final String COLUMN = "strata.refusal";

  public static String text(StrataException failure) {
    return Json.line(
        new Refusal(
            failure.what(),
            failure.key().orElse(null),
            failure.file().orElse(null),
            failure.row().orElse(null),
            failure.found().orElse(null),
            failure.expected().orElse(null)));
  }

  /** The failure that a text tells of. */
  static StrataException failure(String text) {
    Refusal refusal = Json.read(text, Refusal.class, SourceReader.CORRUPT_RECORD);
    StrataException.Builder failure = StrataException.data(refusal.what).file(refusal.file);
    if (refusal.key != null) {
      failure.key(refusal.key);
    }
    if (refusal.row != null) {
      failure.row(refusal.row);
    }
    if (refusal.found != null) {
      failure.found(refusal.found);
    }
    if (refusal.expected != null) {
      failure.expected(refusal.expected);
    }
    return failure.build();
  }
}
