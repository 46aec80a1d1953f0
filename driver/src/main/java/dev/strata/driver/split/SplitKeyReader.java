package dev.strata.driver.split;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.row.CellReader;
import dev.strata.driver.row.RowDescription;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.TextColumns;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.RowCodec.Place;
import dev.strata.executor.preprocess.TimeText;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What the split's rule decides a row's part by, as one number that orders rows: the hash of a
 * group, or a time, latest first. Used inside tasks.
 */
public final class SplitKeyReader implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Kinds of keys; numbers cannot be compared with times. */
  static final byte NO_KEY = 0;

  static final byte GROUP = 1;
  public static final byte NUMBER = 2;
  static final byte TIME = 3;

  /** A number that may also be a date written with digits, such as 12.2022. */
  static final byte DATE_NUMBER = 4;

  private static final long MICROS = 1_000_000L;

  private final Place fixed;
  private final SplitSettings.By by;
  private final String column;
  private final int position;
  private final long seed;
  private final CellReader cells;
  private final Map<String, Split> values = new HashMap<>();

  private SplitKeyReader(
      Place fixed,
      SplitSettings.By by,
      String column,
      int position,
      long seed,
      List<String> missing) {
    this.fixed = fixed;
    this.by = by;
    this.column = column;
    this.position = position;
    this.seed = seed;
    this.cells = new CellReader(missing);
  }

  /** All rows belong to one part. */
  public static SplitKeyReader of(Split part) {
    return fixed((byte) part.ordinal());
  }

  /** The rows of the main source, by its split. */
  public static SplitKeyReader of(StructType schema, DataSettings settings, long seed) {
    SplitSettings split = settings.split();
    if (split.by() == SplitSettings.By.RANDOM) {
      return fixed(Split.UNDECIDED);
    }
    String column =
        split
            .column()
            .orElseThrow(
                () ->
                    StrataException.configuration("data.split.by needs a column")
                        .key("data.split.column")
                        .found("nothing")
                        .expected(
                            "the column for data.split.by = "
                                + split.by().name().toLowerCase(Locale.ROOT))
                        .build());
    SplitKeyReader reader =
        new SplitKeyReader(
            null,
            split.by(),
            column,
            SourceColumns.position(schema, column, "data.split.column"),
            seed,
            settings.missingValues());
    if (split.by() != SplitSettings.By.TIME) {
      TextColumns.require(schema, reader.position, "data.split.column");
    }
    reader.name(split.values().train(), Split.TRAIN);
    reader.name(split.values().validation(), Split.VALIDATION);
    reader.name(split.values().test(), Split.TEST);
    return reader;
  }

  private void name(List<String> names, Split part) {
    for (String name : names) {
      Split other = values.put(PlainText.category(name), part);
      if (other != null && other != part) {
        throw StrataException.configuration("a value of the split column stands for two splits")
            .key("data.split.values." + part.text())
            .found(name)
            .expected("each value once; it also stands for " + other.text())
            .build();
      }
    }
  }

  public Place read(Row row) {
    if (fixed != null) {
      return fixed;
    }
    Object cell = row.get(position);
    String text = cells.text(cell);
    if (text == null) {
      throw bad(row, RowDescription.ofMissing(cell), "a value in every row");
    }
    return switch (by) {
      case COLUMN -> named(row, text);
      case GROUP ->
          new Place(
              Split.UNDECIDED, GROUP, RowHash.of(text.getBytes(StandardCharsets.UTF_8), 0, seed));
      case TIME -> time(row, cell);
      case RANDOM -> throw new IllegalStateException("a random split uses no column");
    };
  }

  private Place named(Row row, String text) {
    Split part = values.get(text);
    if (part == null) {
      throw bad(row, text, "one of " + values.keySet().stream().sorted().toList());
    }
    return new Place((byte) part.ordinal(), NO_KEY, 0);
  }

  private Place time(Row row, Object cell) {
    OptionalDouble number =
        cell instanceof Timestamp || cell instanceof Date
            ? OptionalDouble.empty()
            : cells.number(cell);
    if (number.isPresent()) {
      if (!Double.isFinite(number.getAsDouble())) {
        throw bad(row, cell, "a finite number");
      }
      byte kind = DateNumber.isOne(number.getAsDouble()) ? DATE_NUMBER : NUMBER;
      return new Place(Split.UNDECIDED, kind, key(number.getAsDouble()));
    }
    long micros =
        instant(cell)
            .map(SplitKeyReader::micros)
            .orElseThrow(
                () ->
                    bad(
                        row,
                        cell,
                        "a number, a date (2024-01-31) or a time (2024-01-31T12:00:00)"));
    return new Place(Split.UNDECIDED, TIME, ~micros);
  }

  /** The key of a number: the bits of doubles order like them once negative ones are turned. */
  private static long key(double number) {
    long bits = Double.doubleToLongBits(number + 0.0);
    return ~(bits ^ (bits >> 63 & Long.MAX_VALUE));
  }

  /** The number of a key. */
  static double number(long key) {
    return Double.longBitsToDouble(~key ^ (~key >> 63 & Long.MAX_VALUE));
  }

  private static Optional<Instant> instant(Object cell) {
    if (cell instanceof Timestamp time) {
      return Optional.of(time.toInstant());
    }
    if (cell instanceof Date date) {
      return Optional.of(date.toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC));
    }
    return TimeText.of(cell.toString()).map(TimeText::instant);
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
  }

  private static SplitKeyReader fixed(byte part) {
    return new SplitKeyReader(new Place(part, NO_KEY, 0), null, null, -1, 0, List.of());
  }

  private StrataException bad(Row row, Object found, String expected) {
    return StrataException.data("column " + column + " does not say to which split a row belongs")
        .key("data.split.column")
        .file(RowDescription.fileOrNull())
        .row(RowDescription.of(row))
        .found(found)
        .expected(expected)
        .build();
  }
}
