package dev.strata.driver.preparation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** A small table of odd names and values of all types, from a seed. */
record GeneratedTable(StructType schema, List<Row> rows) {
  /** Column that every table has: classes. */
  static final String LABEL = "label";

  /** Column that every table has: times. */
  static final String TIME = "at";

  private static final List<String> NAMES =
      List.of(
          "x",
          "price in €",
          "a.b",
          "back`tick",
          "quo\"te",
          "com,ma",
          "Größe",
          "semi;colon",
          "it's",
          "1st",
          "select",
          "back\\slash",
          "日本");

  private static final List<String> TEXTS =
      List.of(
          "red",
          "Red",
          "a,b",
          "5\" pipe",
          "\"all\"",
          " lead",
          "trail ",
          "back\\slash",
          "",
          "NA",
          "True",
          "FALSE",
          "007",
          "1e5",
          "100000",
          "1.50",
          "1.5",
          "two\nlines",
          "Größe",
          "日本",
          "semi;colon",
          "tab\there",
          "it's",
          "null",
          "-0",
          "NaN",
          "Nan",
          "inf",
          "#x",
          "say \"hi\", ok",
          "2024-01-31",
          "-999.0",
          "12345678901234567890",
          "a/b",
          "\\N",
          "'",
          "0.1",
          "+1",
          "1");

  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    -1,
    0.1,
    0.5,
    1.5,
    1e-5,
    1e7,
    12345671,
    1e10,
    1e16,
    1e20,
    1e22,
    1.0 / 3,
    0.1f,
    1e-7,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    9007199254740992.0,
    9007199254740994.0,
    0x1p60,
    -999,
    -999.9,
    123456.789012345,
    4.35,
    2.0e-3,
    100000,
    31.12
  };

  private static final long[] LONGS = {
    0, 1, -1, 2, 7, 12345671, 9007199254740993L, -9007199254740993L, Long.MAX_VALUE, -999, 100000
  };

  static GeneratedTable of(Random random) {
    StructType schema = new StructType();
    List<List<Object>> columns = new ArrayList<>();
    int rows = 6 + random.nextInt(10);
    List<String> names = new ArrayList<>(NAMES);
    for (int i = 2 + random.nextInt(5); i > 0; i--) {
      DataType type = type(random);
      String name = names.remove(random.nextInt(names.size()));
      schema = schema.add(name, type);
      columns.add(column(type, rows, random));
    }
    DataType label = scalar(random);
    schema = schema.add(LABEL, label);
    columns.add(label(label, rows, random));
    boolean dates = random.nextBoolean();
    schema = schema.add(TIME, dates ? DataTypes.DateType : DataTypes.TimestampType);
    columns.add(IntStream.range(0, rows).mapToObj(i -> time(dates, random)).toList());
    List<Row> table = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      int row = r;
      table.add(RowFactory.create(columns.stream().map(c -> c.get(row)).toArray()));
    }
    return new GeneratedTable(schema, table);
  }

  /** Whether a cell holds several numbers, which CSV cannot. */
  boolean hasArrays() {
    return Stream.of(schema.fields()).anyMatch(f -> f.dataType() instanceof ArrayType);
  }

  /** Whether any text satisfies a condition. */
  boolean hasText(Predicate<String> condition) {
    return rows.stream()
        .anyMatch(
            row ->
                IntStream.range(0, row.size())
                    .anyMatch(i -> row.get(i) instanceof String s && condition.test(s)));
  }

  /** Names of the columns between label and time. */
  List<String> features() {
    return Stream.of(schema.fieldNames()).filter(n -> !n.equals(LABEL) && !n.equals(TIME)).toList();
  }

  private static DataType type(Random random) {
    return random.nextInt(12) > 0
        ? scalar(random)
        : DataTypes.createArrayType(
            random.nextBoolean() ? DataTypes.DoubleType : DataTypes.IntegerType);
  }

  private static DataType scalar(Random random) {
    return switch (random.nextInt(13)) {
      case 0 -> DataTypes.BooleanType;
      case 1 -> DataTypes.ByteType;
      case 2 -> DataTypes.ShortType;
      case 3 -> DataTypes.IntegerType;
      case 4 -> DataTypes.LongType;
      case 5 -> DataTypes.FloatType;
      case 6, 7 -> DataTypes.DoubleType;
      case 8 -> DataTypes.createDecimalType(10, 2);
      case 9 ->
          random.nextBoolean()
              ? DataTypes.createDecimalType(38, 0)
              : DataTypes.createDecimalType(24, 12);
      case 10 -> DataTypes.DateType;
      default -> DataTypes.StringType;
    };
  }

  private static List<Object> column(DataType type, int rows, Random random) {
    boolean gaps = random.nextInt(3) == 0;
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      // The first row has a value, so that every format has the column.
      boolean gap = gaps && i > 0 && random.nextInt(4) == 0;
      values.add(gap ? null : value(type, random));
    }
    return values;
  }

  /** A few classes, of two rows at least. */
  private static List<Object> label(DataType type, int rows, Random random) {
    List<Object> classes = List.of(value(type, random), value(type, random), value(type, random));
    return IntStream.range(0, rows).mapToObj(i -> classes.get(i % 3)).toList();
  }

  private static Object value(DataType type, Random random) {
    if (type instanceof DecimalType decimal) {
      BigInteger digits = new BigInteger(1 + random.nextInt(decimal.precision() * 3), random);
      return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), decimal.scale());
    }
    if (type instanceof ArrayType array) {
      return List.of(value(array.elementType(), random), value(array.elementType(), random));
    }
    return switch (type.typeName()) {
      case "boolean" -> random.nextBoolean();
      case "byte" -> (byte) random.nextInt(256);
      case "short" -> (short) random.nextInt(1 << 16);
      case "integer" -> random.nextBoolean() ? random.nextInt(5) : random.nextInt();
      case "long" ->
          random.nextInt(4) > 0 ? LONGS[random.nextInt(LONGS.length)] : random.nextLong();
      case "float" -> single(random);
      case "double" -> number(random);
      case "date" -> time(true, random);
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  private static double number(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextGaussian() * Math.pow(10, random.nextInt(12) - 4);
      case 1 -> random.nextInt(2000) / 100.0;
      default -> DOUBLES[random.nextInt(DOUBLES.length)];
    };
  }

  /** A float whose text in Java 17 is its shortest, which is not so for all. */
  private static float single(Random random) {
    while (true) {
      BigDecimal decimal =
          new BigDecimal(
              BigInteger.valueOf(random.nextInt(2_000_000) - 999_999), random.nextInt(12));
      float value = decimal.floatValue();
      if (new BigDecimal(Float.toString(value)).compareTo(decimal) == 0) {
        return value;
      }
    }
  }

  private static Object time(boolean date, Random random) {
    LocalDate day = LocalDate.of(2024, 1, 1).plusDays(random.nextInt(3000) - 1000);
    return date
        ? Date.valueOf(day)
        : new Timestamp(
            Date.valueOf(day).getTime()
                + random.nextInt(86_400) * 1000L
                + random.nextInt(2) * 250L);
  }
}
