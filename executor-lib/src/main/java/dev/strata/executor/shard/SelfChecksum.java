package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The checksum that a JSON file holds of itself, for files that no other file signs: SHA-256 of the
 * text as UTF-8, with 64 zeros in the place of the checksum.
 */
public final class SelfChecksum {
  /** Name of the field; it stands in the file once. */
  public static final String FIELD = "selfSha256";

  /** Value of the field in a text that is to be signed. */
  public static final String BLANK = "0".repeat(64);

  private static final Pattern VALUE =
      Pattern.compile("(\"" + FIELD + "\"\\s*:\\s*\")([0-9a-f]{64})\"");

  private SelfChecksum() {}

  /**
   * The text with its checksum in the place of {@link #BLANK}.
   *
   * @throws IllegalArgumentException where the text has no blank field, or more than one
   */
  public static String sign(String text) {
    List<MatchResult> fields = VALUE.matcher(text).results().toList();
    if (fields.size() != 1 || !fields.get(0).group(2).equals(BLANK)) {
      throw new IllegalArgumentException("not one blank " + FIELD);
    }
    return replace(text, fields.get(0), of(text));
  }

  /**
   * Refuses a text that is not the one that was signed.
   *
   * @param required whether files of this format version always hold a checksum; older ones are
   *     accepted without
   * @param file named in errors
   * @throws StrataException (data) where the checksum is missing, not readable or of another text
   */
  public static void require(String text, boolean required, Object file) {
    if (!required && !text.contains(FIELD)) {
      return;
    }
    List<MatchResult> fields = VALUE.matcher(text).results().toList();
    if (fields.size() != 1) {
      throw damaged(
          file,
          fields.isEmpty() ? "no field " + FIELD : fields.size() + " fields " + FIELD,
          "one, with the checksum of the file");
    }
    String expected = fields.get(0).group(2);
    String found = of(replace(text, fields.get(0), BLANK));
    if (!found.equals(expected)) {
      throw damaged(file, "content of sha256 " + found, FIELD + " " + expected);
    }
  }

  private static String replace(String text, MatchResult field, String value) {
    return text.substring(0, field.start(2)) + value + text.substring(field.end(2));
  }

  private static String of(String text) {
    return Checksum.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static StrataException damaged(Object file, String found, String expected) {
    return StrataException.data("the file is damaged")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
