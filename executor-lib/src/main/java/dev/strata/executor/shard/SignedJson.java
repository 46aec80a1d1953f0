package dev.strata.executor.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;

/**
 * Records as JSON files that sign themselves ({@link SelfChecksum}). Files of versions before the
 * first that signs are read without a checksum; one that is there must be right in every version.
 */
public final class SignedJson {
  /** For files without a format version: no checksum is demanded. */
  public static final int WHERE_PRESENT = Integer.MAX_VALUE;

  private static final String END = "\n}";

  private SignedJson() {}

  /**
   * The record as an indented object with its checksum as the last field, and a line feed.
   *
   * @param content has at least one field
   */
  public static String write(Object content) {
    String text = Json.pretty(content);
    if (!text.endsWith(END)) {
      throw new IllegalArgumentException("only an object with fields can be signed: " + text);
    }
    return SelfChecksum.sign(
        "%s,\n  \"%s\" : \"%s\"%s\n"
            .formatted(
                text.substring(0, text.length() - END.length()),
                SelfChecksum.FIELD,
                SelfChecksum.BLANK,
                END));
  }

  /**
   * @param signedSince first {@code formatVersion} that must hold a checksum; {@link
   *     #WHERE_PRESENT}: none
   * @param file named in errors
   * @throws StrataException (data) where the text is no such object, or not the one that was
   *     written
   */
  public static <T> T read(String text, Class<T> type, int signedSince, Object file) {
    SelfChecksum.require(text, version(text) >= signedSince, file);
    return Json.read(text, type, file);
  }

  /** 0 where the text names none; {@link Json#read} says what is wrong with a text that is none. */
  private static long version(String text) {
    try {
      JsonNode tree = Json.mapper().readTree(text);
      return tree.path("formatVersion").asLong(0);
    } catch (JsonProcessingException e) {
      return 0;
    }
  }
}
