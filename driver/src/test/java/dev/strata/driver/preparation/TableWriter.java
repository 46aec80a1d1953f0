package dev.strata.driver.preparation;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** CSV as other programs write it. */
enum TableWriter {
  /** {@code frame.to_csv(path)}: the index as a column without a name. */
  PANDAS(",", "\n") {
    @Override
    String cell(Object cell, boolean gaps) {
      if (cell instanceof Boolean truth) {
        return truth ? "True" : "False";
      }
      if (cell instanceof Double || cell instanceof Float) {
        return python(cell.toString());
      }
      if (cell instanceof Timestamp time) {
        return utc(time, "yyyy-MM-dd HH:mm:ss.SSS");
      }
      boolean whole = cell instanceof Number n && !(cell instanceof BigDecimal) && small(n);
      // Integers with gaps are floats.
      return whole && gaps ? cell + ".0" : plain(cell);
    }
  },
  /** {@code write.csv(frame, path, na = "")}. */
  R_CSV(",", "\n") {
    @Override
    String cell(Object cell, boolean gaps) {
      return r(cell);
    }

    @Override
    String text(String text) {
      return quoted(text, "\"\"");
    }
  },
  /** {@code write.table(frame, path, sep = "\t", na = "", row.names = FALSE)}. */
  R_TABLE("\t", "\n") {
    @Override
    String cell(Object cell, boolean gaps) {
      return r(cell);
    }

    @Override
    String text(String text) {
      return quoted(text, "\\\"");
    }
  },
  /** CSV UTF-8 of an English system. */
  EXCEL(",", "\r\n") {
    @Override
    String cell(Object cell, boolean gaps) {
      return excel(cell);
    }
  },
  /** CSV UTF-8 where the comma is the decimal point's neighbour in the system's settings. */
  EXCEL_SEMICOLON(";", "\r\n") {
    @Override
    String cell(Object cell, boolean gaps) {
      return excel(cell);
    }
  };

  private final String separator;
  private final String lineEnd;

  TableWriter(String separator, String lineEnd) {
    this.separator = separator;
    this.lineEnd = lineEnd;
  }

  /** A cell that is neither null nor text. */
  abstract String cell(Object cell, boolean gaps);

  String separator() {
    return separator;
  }

  /** Whether the form can hold the table: R escapes quotes, but not what escapes them. */
  boolean holds(GeneratedTable table) {
    return !table.hasArrays() && (this != R_TABLE || !table.hasText(s -> s.endsWith("\\")));
  }

  void write(GeneratedTable table, Path file) throws IOException {
    boolean index = this == PANDAS || this == R_CSV;
    StringBuilder text =
        new StringBuilder(this == EXCEL || this == EXCEL_SEMICOLON ? "\uFEFF" : "");
    String names = Stream.of(table.schema().fieldNames()).map(this::text).collect(joining());
    text.append(index ? (this == R_CSV ? "\"\"" : "") + separator : "")
        .append(names)
        .append(lineEnd);
    List<Boolean> gaps =
        IntStream.range(0, table.schema().size())
            .mapToObj(i -> table.rows().stream().anyMatch(r -> r.isNullAt(i)))
            .toList();
    int number = this == R_CSV ? 1 : 0;
    for (Row row : table.rows()) {
      if (index) {
        text.append(this == R_CSV ? "\"" + number + "\"" : number).append(separator);
        number++;
      }
      text.append(
          IntStream.range(0, row.size())
              .mapToObj(i -> any(row.get(i), gaps.get(i)))
              .collect(joining()));
      text.append(lineEnd);
    }
    Files.writeString(file, text);
  }

  String text(String text) {
    boolean special = text.contains(separator) || text.matches("(?s).*[\"\r\n].*");
    return special ? quoted(text, "\"\"") : text;
  }

  private String any(Object cell, boolean gaps) {
    return cell == null ? "" : cell instanceof String text ? text(text) : cell(cell, gaps);
  }

  private Collector<CharSequence, ?, String> joining() {
    return Collectors.joining(separator);
  }

  private static String quoted(String text, String quote) {
    return '"' + text.replace("\"", quote) + '"';
  }

  private static String plain(Object cell) {
    return cell instanceof BigDecimal decimal ? decimal.toPlainString() : cell.toString();
  }

  private static boolean small(Number whole) {
    return Math.abs(whole.doubleValue()) < 1L << 53;
  }

  private static String utc(Timestamp time, String form) {
    return time.toInstant().atOffset(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern(form));
  }

  /** As {@code repr} has it. */
  private static String python(String number) {
    BigDecimal value = new BigDecimal(number).stripTrailingZeros();
    if (value.signum() == 0) {
      return number;
    }
    int exponent = value.precision() - value.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      return scientific(value, "e");
    }
    String plain = value.toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String r(Object cell) {
    if (cell instanceof Boolean truth) {
      return truth ? "TRUE" : "FALSE";
    }
    if (cell instanceof Timestamp time) {
      return utc(time, "yyyy-MM-dd HH:mm:ss.SSS");
    }
    if (!(cell instanceof Double) && !(cell instanceof Float)) {
      return plain(cell);
    }
    BigDecimal value = fifteen(cell);
    String sign = value.signum() < 0 ? "-" : "";
    double number = Math.abs(value.doubleValue());
    // Whole numbers have all digits that the double has, not those of its shortest text.
    String plain =
        number == Math.rint(number)
            ? new BigDecimal(number).toPlainString()
            : value.abs().toPlainString();
    String scientific = scientific(value.abs(), "e");
    return sign + (plain.length() <= scientific.length() ? plain : scientific);
  }

  private static String excel(Object cell) {
    if (cell instanceof Boolean truth) {
      return truth ? "TRUE" : "FALSE";
    }
    if (cell instanceof Timestamp time) {
      return utc(time, "yyyy-MM-dd HH:mm:ss.SSS");
    }
    if (!(cell instanceof Double) && !(cell instanceof Float)) {
      return plain(cell);
    }
    BigDecimal value = fifteen(cell);
    String plain = value.toPlainString();
    return plain.length() <= 12 ? plain : scientific(value, "E");
  }

  /** Rounded to 15 digits, unless that is another number. */
  private static BigDecimal fifteen(Object cell) {
    BigDecimal value = new BigDecimal(cell.toString());
    BigDecimal rounded = value.round(new MathContext(15));
    boolean same = Double.parseDouble(rounded.toString()) == Double.parseDouble(value.toString());
    BigDecimal chosen = same ? rounded : value;
    return chosen.signum() == 0 ? BigDecimal.ZERO : chosen.stripTrailingZeros();
  }

  private static String scientific(BigDecimal value, String mark) {
    String digits = value.unscaledValue().abs().toString();
    int exponent = value.precision() - value.scale() - 1;
    return (value.signum() < 0 ? "-" : "")
        + (digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1))
        + mark
        + String.format(Locale.ROOT, "%+03d", exponent);
  }
}
