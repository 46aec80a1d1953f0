package dev.strata.driver.csv;

/**
 * Reads CSV strictly, line by line, under one convention for a quote inside a quoted field: doubled
 * (RFC 4180, as pandas, R and Excel write it) or behind an escape character (as Spark writes it).
 * It keeps no values: it tells whether records are sound, and how many fields they have.
 */
final class CsvGrammar {
  private final String separator;
  private final char quote;
  private final char escape;
  private boolean open;
  private boolean sound;
  private int fields;
  private int pairs;
  private int lone;

  /**
   * @param escape the same as {@code quote} where quotes are doubled
   */
  CsvGrammar(String separator, char quote, char escape) {
    this.separator = separator;
    this.quote = quote;
    this.escape = escape;
    begin();
  }

  /** Begins a record. */
  void begin() {
    open = false;
    sound = true;
    fields = 1;
    pairs = 0;
    lone = 0;
  }

  /** Reads a line: of a new record, or on in the one whose quoted field is open. */
  void line(String line) {
    int at = 0;
    boolean start = !open;
    while (true) {
      if (open) {
        at = quoted(line, at);
        if (open) {
          return;
        }
        at = closed(line, at);
        start = false;
      }
      if (start && at < line.length() && line.charAt(at) == quote) {
        open = true;
        at++;
        continue;
      }
      int next = line.indexOf(separator, at);
      int end = next < 0 ? line.length() : next;
      for (int i = at; i < end; i++) {
        // A field that contains a quote is a quoted field.
        sound &= line.charAt(i) != quote;
      }
      if (next < 0) {
        return;
      }
      fields++;
      at = next + separator.length();
      start = true;
    }
  }

  /** Reads on in a quoted field; returns the position behind the closing quote. */
  private int quoted(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean more = i + 1 < line.length();
      if (c == escape && escape != quote) {
        if (more && (line.charAt(i + 1) == quote || line.charAt(i + 1) == escape)) {
          pairs++;
          i++;
        } else {
          lone++;
        }
      } else if (c == quote) {
        if (escape == quote && more && line.charAt(i + 1) == quote) {
          i++;
        } else {
          open = false;
          return i + 1;
        }
      }
    }
    return line.length();
  }

  /** Blanks may stand between a closing quote and the separator. */
  private int closed(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ' && !line.startsWith(separator, at)) {
      at++;
    }
    sound &= at == line.length() || line.startsWith(separator, at);
    return at;
  }

  /** Whether the record continues in the next line. */
  boolean open() {
    return open;
  }

  /** Whether the record is whole, its quotes stand where they may, and it has that many fields. */
  boolean sound(int expectedFields) {
    return !open && sound && fields == expectedFields;
  }

  /** Fields of the record. */
  int fields() {
    return fields;
  }

  /**
   * Escaped quotes and escape characters in quoted fields: what the other convention reads
   * otherwise.
   */
  int pairs() {
    return pairs;
  }

  /** Escape characters in quoted fields before anything else: Spark writes none. */
  int lone() {
    return lone;
  }
}
