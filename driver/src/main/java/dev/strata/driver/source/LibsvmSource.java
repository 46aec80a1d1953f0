package dev.strata.driver.source;

import static dev.strata.driver.source.SourceReader.CORRUPT_RECORD;

import dev.strata.driver.file.FileGroups;
import dev.strata.driver.file.Opening;
import dev.strata.driver.file.SourceRows;
import dev.strata.driver.row.Refusal;
import dev.strata.driver.row.RowDescription;
import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * libsvm: {@code label index:value index:value …}, indices from 1 and ascending; blank lines and
 * what stands behind {@code #} are left out. Columns {@code label} (double) and {@code features}
 * (vector), as in Spark's own source, then those that folders give. {@link
 * SourceReader#CORRUPT_RECORD} holds the reason why a line is not a row.
 *
 * <p>The width of the vectors is that of the model or of the training rows, where there are such;
 * else {@code options.numFeatures}, else the highest index, which one job over the lines finds.
 */
final class LibsvmSource {
  private final Opening opening;
  private final FileGroups groups;
  private final int width;
  private final String whose;
  private final boolean dense;

  private LibsvmSource(Opening opening, FileGroups groups, int width, String whose, boolean dense) {
    this.opening = opening;
    this.groups = groups;
    this.width = width;
    this.whose = whose;
    this.dense = dense;
  }

  /**
   * @param known width that the rows must fit; empty: it is found
   * @throws StrataException (data) for the first line that is none, where the width is found
   */
  static LibsvmSource of(Opening opening, OptionalInt known) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(opening.options());
    FileGroups groups = FileGroups.of(opening.spark(), options, opening.paths());
    boolean dense = "dense".equalsIgnoreCase(options.get("vectorType"));
    OptionalInt asked = asked(options);
    if (known.isPresent()) {
      String whose = "the training rows or the model";
      return new LibsvmSource(opening, groups, known.getAsInt(), whose, dense);
    }
    return asked.isPresent()
        ? new LibsvmSource(opening, groups, asked.getAsInt(), "data.options.numFeatures", dense)
        : new LibsvmSource(
            opening, groups, widest(groups.lines(), opening.lines()), "the highest index", dense);
  }

  /** Elements of a vector. */
  int width() {
    return width;
  }

  /** The names given are those of label and features; without them, {@code label, features}. */
  Dataset<Row> rows() {
    List<String> names = opening.names();
    if (!names.isEmpty() && names.size() != 2 + groups.partitions().size()) {
      throw StrataException.configuration("the number of column names is wrong")
          .key(opening.namesKey())
          .found(names.size() + " names")
          .expected(2 + groups.partitions().size() + " names, or none")
          .build();
    }
    LineReader reader = new LineReader(width, whose, dense);
    Metadata refusal = new MetadataBuilder().putBoolean(Refusal.COLUMN, true).build();
    StructType schema =
        new StructType()
            .add(names.isEmpty() ? "label" : names.get(0), DataTypes.DoubleType)
            .add(names.isEmpty() ? "features" : names.get(1), SQLDataTypes.VectorType());
    int at = 2;
    for (StructField partition : groups.partitions()) {
      schema =
          schema.add(names.isEmpty() ? partition.name() : names.get(at++), partition.dataType());
    }
    return opening
        .spark()
        .createDataFrame(
            groups.lines().javaRDD().mapPartitions(rows -> read(rows, reader)),
            schema.add(CORRUPT_RECORD, DataTypes.StringType, true, refusal));
  }

  private static OptionalInt asked(Map<String, String> options) {
    String text = options.get("numFeatures");
    if (text == null || text.strip().equals("-1")) {
      return OptionalInt.empty();
    }
    try {
      int width = Integer.parseInt(text.strip());
      if (width > 0) {
        return OptionalInt.of(width);
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw StrataException.configuration("numFeatures is not a valid number")
        .key("data.options.numFeatures")
        .found(text)
        .expected("an integer above 0, or no setting")
        .build();
  }

  private static int widest(Dataset<Row> lines, int most) {
    List<Integer> widths =
        lines
            .javaRDD()
            .mapPartitions(
                rows -> {
                  LineReader reader = new LineReader(Integer.MAX_VALUE, "", false);
                  Iterator<Row> source = Opening.first(new SourceRows<>(rows), most);
                  int widest = 0;
                  while (source.hasNext()) {
                    widest = Math.max(widest, reader.highest(source.next().getString(0)));
                  }
                  return List.of(widest).iterator();
                })
            .collect();
    return Math.max(1, widths.stream().mapToInt(Integer::intValue).max().orElse(0));
  }

  private static Iterator<Row> read(Iterator<Row> rows, LineReader reader) {
    return new Rows(new SourceRows<>(rows), reader);
  }

  /** One row a line that holds one. */
  private static final class Rows implements Iterator<Row> {
    private final Iterator<Row> lines;
    private final LineReader reader;
    private Row line;

    Rows(Iterator<Row> lines, LineReader reader) {
      this.lines = lines;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      while (line == null && lines.hasNext()) {
        Row next = lines.next();
        line = LineReader.content(next.getString(0)).isEmpty() ? null : next;
      }
      return line != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Object[] values = new Object[2 + line.size()];
      try {
        reader.read(line.getString(0), values);
      } catch (StrataException e) {
        values[values.length - 1] = Refusal.text(e);
      }
      for (int i = 1; i < line.size(); i++) {
        values[1 + i] = line.get(i);
      }
      line = null;
      return RowFactory.create(values);
    }
  }

  /**
   * @param whose width it is, for errors
   */
  private record LineReader(int width, String whose, boolean dense) implements Serializable {
    static String content(String line) {
      int comment = line.indexOf('#');
      return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    /** The highest index of a line; 0 where it holds no row. */
    int highest(String line) {
      String content = content(line);
      if (content.isEmpty()) {
        return 0;
      }
      Object[] values = new Object[2];
      return features(line, content.split("\\s+"), values);
    }

    /** Fills in label and features. */
    void read(String line, Object[] values) {
      features(line, content(line).split("\\s+"), values);
    }

    private int features(String line, String[] words, Object[] values) {
      double label = number(line, words[0], "a label that is not a number", "a number");
      int[] indices = new int[words.length - 1];
      double[] numbers = new double[words.length - 1];
      int before = 0;
      for (int i = 1; i < words.length; i++) {
        int colon = words[i].indexOf(':');
        String index = colon < 0 ? words[i] : words[i].substring(0, colon);
        if (index.equals("qid")) {
          throw bad(line, "a query id", words[i], "index:value; remove the qid:… fields");
        }
        if (colon < 0 || !index.matches("[+-]?\\d{1,10}") || Long.parseLong(index) > width) {
          throw outside(line, words[i], index, colon);
        }
        int position = Integer.parseInt(index);
        if (position < 1) {
          throw bad(
              line,
              "an index below 1",
              words[i],
              "indices from 1; add 1 to each (scikit-learn: dump_svmlight_file with zero_based ="
                  + " False)");
        }
        if (position <= before) {
          throw bad(
              line,
              position == before ? "a repeated index" : "indices that are not ascending",
              words[i] + " after index " + before,
              "each index once, in ascending order");
        }
        indices[i - 1] = position - 1;
        numbers[i - 1] =
            number(line, words[i].substring(colon + 1), "a value that is not a number", "a number");
        before = position;
      }
      values[0] = label;
      if (width < Integer.MAX_VALUE) {
        Vector features = Vectors.sparse(width, indices, numbers);
        values[1] = dense ? features.toDense() : features;
      }
      return before;
    }

    private StrataException outside(String line, String word, String index, int colon) {
      if (colon < 0 || !index.matches("[+-]?\\d+")) {
        return bad(line, "a field that is not index:value", word, "index:value");
      }
      return bad(
          line,
          "an index above the width",
          "index " + index + ", width " + width + " (of " + whose + ")",
          "indices from 1 to "
              + width
              + "; use data.options.numFeatures to set another width for training");
    }

    private static double number(String line, String text, String what, String expected) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw bad(line, what, text, expected);
      }
    }

    private static StrataException bad(String line, String what, String found, String expected) {
      return StrataException.data("a libsvm line has " + what)
          .file(RowDescription.fileOrNull())
          .row(RowDescription.of(line))
          .found(RowDescription.of(found))
          .expected(expected)
          .build();
    }
  }
}
