package dev.strata.driver.csv;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import dev.strata.driver.file.SourceText;
import dev.strata.executor.failure.StrataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.csv.CSVExprUtils;

/**
 * How CSV files are written, as far as the options of Spark's reader say.
 *
 * @param quote 0: fields are not quoted
 * @param escape null: a file tells it itself
 * @param comment first character of lines that are no rows; 0: there are none
 * @param multiLine whether quoted fields may hold line breaks; null: a file tells it itself
 * @param charsetName of the files
 * @param header whether the first record holds the names of the columns
 */
@RecordBuilder
public record CsvConvention(
    String separator,
    char quote,
    Character escape,
    char comment,
    Boolean multiLine,
    String charsetName,
    boolean header,
    boolean leadingBlanks,
    boolean trailingBlanks)
    implements Serializable {
  /** What Spark writes before a quote in a quoted field. */
  static final char BACKSLASH = '\\';

  private static final int MOST_COLUMNS = 1 << 20;

  /**
   * @param options names without regard to case
   * @throws StrataException (configuration) for a charset that Java does not know
   */
  public static CsvConvention of(Map<String, String> options) {
    Boolean multiLine =
        options.containsKey("multiLine") ? Boolean.valueOf(options.get("multiLine")) : null;
    return CsvConventionBuilder.builder()
        .separator(
            CSVExprUtils.toDelimiterStr(
                options.getOrDefault("sep", options.getOrDefault("delimiter", ","))))
        .quote(character(options.getOrDefault("quote", "\"")))
        .escape(options.containsKey("escape") ? character(options.get("escape")) : null)
        .comment(character(options.getOrDefault("comment", "")))
        .multiLine(multiLine)
        .charsetName(SourceText.charset(options).name())
        .header(Boolean.parseBoolean(options.getOrDefault("header", "true")))
        .leadingBlanks(
            Boolean.parseBoolean(options.getOrDefault("ignoreLeadingWhiteSpace", "false")))
        .trailingBlanks(
            Boolean.parseBoolean(options.getOrDefault("ignoreTrailingWhiteSpace", "false")))
        .build();
  }

  private static char character(String text) {
    return text.isEmpty() ? 0 : text.charAt(0);
  }

  /** Whether Strata must examine a file before Spark reads it. */
  boolean open() {
    return quote != 0 && (escape == null || multiLine == null);
  }

  /** Whether a file can only be read from its start, in characters and not in bytes. */
  boolean wide() {
    byte[] line = "\n".getBytes(charset());
    return line.length != 1 || line[0] != '\n';
  }

  /** Whether lines can be told, and quotes be found in them, without knowing the charset. */
  boolean byLines() {
    boolean plain =
        charset().equals(StandardCharsets.UTF_8)
            || (separator + quote + (escape == null ? "" : escape)).chars().allMatch(c -> c < 128);
    return plain && !wide() && !Boolean.TRUE.equals(multiLine);
  }

  Charset charset() {
    return Charset.forName(charsetName);
  }

  boolean isComment(String line) {
    return comment != 0 && !line.isEmpty() && line.charAt(0) == comment;
  }

  /** Doubled quotes, or the escape that the options name. */
  CsvGrammar byDoubling() {
    return new CsvGrammar(separator, quote, escape == null ? quote : escape);
  }

  /** Spark's escape, or the one that the options name. */
  CsvGrammar byEscape() {
    return new CsvGrammar(separator, quote, escape == null ? BACKSLASH : escape);
  }

  /** The fields of a record, empty ones as empty texts, as Spark would read them. */
  List<String> fields(String line, char escapedBy) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(separator);
    settings.getFormat().setQuote(quote);
    settings.getFormat().setQuoteEscape(escapedBy);
    if (escapedBy != quote) {
      settings.getFormat().setCharToEscapeQuoteEscaping(escapedBy);
    }
    settings.getFormat().setComment(comment);
    settings.setIgnoreLeadingWhitespaces(leadingBlanks);
    settings.setIgnoreTrailingWhitespaces(trailingBlanks);
    settings.setReadInputOnSeparateThread(false);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setMaxCharsPerColumn(-1);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
    String[] fields = new CsvParser(settings).parseLine(line);
    return Optional.ofNullable(fields).map(Arrays::asList).orElse(List.of(""));
  }
}
