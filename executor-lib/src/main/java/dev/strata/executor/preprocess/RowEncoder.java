package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.LoadScaling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Plain values of a row → the numbers a network takes: scaled numbers ({@link NumberScaling}),
 * one-hot for categories, ids of words for a text. Stored bytes are scaled in float32 exactly as a
 * minibatch reader scales them. Not for several threads at once.
 */
public final class RowEncoder {
  private final Preprocessing preprocessing;
  private final NumberScaling numbers;
  private final OneHotColumn[] columns;
  private final WordIds words;
  private final int[] targets;
  private final int[] elements;
  private final Map<String, Integer> classes;
  private final double[] classWeights;
  private final int width;
  private final float[] scaledBytes;

  /** Whether a row is numbers that are only shifted and divided. */
  private final boolean onlyLinear;

  /** Whether they stay as they are. */
  private final boolean identity;

  public RowEncoder(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    RowLayout layout = preprocessing.layout();
    this.numbers = NumberScaling.of(preprocessing);
    this.targets = new int[layout.numbers()];
    this.elements = new int[layout.numbers()];
    this.columns = new OneHotColumn[layout.categories()];
    this.words =
        layout.text().map(column -> new WordIds(column, preprocessing.vocabulary())).orElse(null);
    this.width = preprocessing.inputWidth();
    this.scaledBytes = preprocessing.bytes() && numbers.whole() ? numbers.scaledBytes() : null;
    this.onlyLinear =
        !preprocessing.bytes() && width == targets.length && words == null && numbers.isLinear();
    this.identity = onlyLinear && numbers.isIdentity();
    int number = 0;
    int text = 0;
    int offset = 0;
    for (int i = 0; i < layout.features().size(); i++) {
      FeatureColumn feature = layout.features().get(i);
      int encoded = preprocessing.encodedWidth(i);
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        columns[text++] =
            new OneHotColumn(
                feature.name(),
                preprocessing.statistics().get(i),
                layout.missing().categorical(),
                preprocessing.unseenCategory(),
                offset);
      } else if (feature.kind() != ColumnKind.TEXT) {
        int target = offset;
        for (int j = 0; j < feature.numbers(); j++) {
          targets[number] = target;
          elements[number] = preprocessing.elements(i, j);
          target += elements[number++];
        }
      }
      offset += encoded;
    }
    this.classes = new HashMap<>(PlainText.index(preprocessing.classes()));
    this.classWeights =
        preprocessing.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Elements of the encoded row. */
  public int width() {
    return width;
  }

  /** What a reader does to stored bytes; empty where they are used as they are. */
  public Optional<LoadScaling> loadScaling() {
    return numbers.loadScaling();
  }

  /** Writes the scaled features to {@code into[offset … offset + width)}. */
  public void features(PlainRow row, float[] into, int offset) {
    if (preprocessing.bytes()) {
      scaleBytes(bytes(row), into, offset);
      return;
    }
    if (words != null) {
      words.encode(row.texts(), into, offset);
      return;
    }
    Arrays.fill(into, offset, offset + width, 0f);
    for (int i = 0; i < targets.length; i++) {
      for (int t = 0; t < elements[i]; t++) {
        float value = numbers.element(row.number(i), i, t);
        if (!Float.isFinite(value)) {
          throw unusable(row, i);
        }
        into[offset + targets[i] + t] = value;
      }
    }
    for (int i = 0; i < columns.length; i++) {
      columns[i].encode(row.texts()[i], into, offset);
    }
  }

  /** Whether rows may be arrays of numbers that are only shifted and divided. */
  public boolean takesArrays() {
    return onlyLinear;
  }

  /**
   * As {@link #features(PlainRow, float[], int)}, of a row that is these numbers and nothing else.
   *
   * @return false, with anything in {@code into}, where the features are not such numbers or one of
   *     them is missing or not finite: then the other method takes the row, or refuses it
   */
  public boolean features(float[] row, float[] into) {
    if (!onlyLinear || row.length != width) {
      return false;
    }
    if (!identity) {
      return numbers.linear(row, into);
    }
    System.arraycopy(row, 0, into, 0, width);
    boolean finite = true;
    for (float number : row) {
      finite &= Float.isFinite(number);
    }
    return finite;
  }

  /** Likewise. */
  public boolean features(double[] row, float[] into) {
    return onlyLinear && row.length == width && numbers.linear(row, into);
  }

  private void scaleBytes(byte[] bytes, float[] into, int offset) {
    if (scaledBytes == null) {
      numbers.scaleBytes(bytes, into, offset);
      return;
    }
    for (int i = 0; i < bytes.length; i++) {
      into[offset + i] = scaledBytes[bytes[i] & 0xFF];
    }
  }

  /** The features as unsigned bytes, before scaling. */
  public byte[] bytes(PlainRow row) {
    if (row.bytes() != null) {
      return row.bytes();
    }
    byte[] bytes = new byte[row.count()];
    for (int i = 0; i < bytes.length; i++) {
      if (!isByte(row.number(i))) {
        throw noByte(row.number(i));
      }
      bytes[i] = (byte) (int) row.number(i);
    }
    return bytes;
  }

  private static StrataException noByte(double found) {
    return StrataException.data(
            "features that were bytes in training must be integers from 0 to 255")
        .found(found)
        .expected("integers from 0 to 255")
        .build();
  }

  /** Index of the row's class. */
  public int classIndex(PlainRow row) {
    Integer index = row.labelClass() == null ? null : classes.get(row.labelClass());
    if (index == null) {
      throw StrataException.data(
              "label " + preprocessing.layout().label() + " is not a known class")
          .found(row.labelClass() == null ? "nothing" : row.labelClass())
          .expected(
              "one of "
                  + preprocessing.classes().stream().limit(20).collect(Collectors.joining(", ")))
          .build();
    }
    return index;
  }

  /** Factor of the row's loss: its own weight × its class's. */
  public float weight(PlainRow row) {
    double factor = classWeights.length == 0 ? 1.0 : classWeights[classIndex(row)];
    return (float) (row.weight() * factor);
  }

  private static boolean isByte(double x) {
    return x >= 0 && x <= 255 && x == (int) x;
  }

  private StrataException unusable(PlainRow row, int number) {
    int first = 0;
    String name = "";
    for (FeatureColumn feature : preprocessing.layout().features()) {
      if (number < first + feature.numbers()) {
        name = feature.name();
        break;
      }
      first += feature.numbers();
    }
    double value = row.number(number);
    return StrataException.data(
            Double.isNaN(value)
                ? "column "
                    + name
                    + " has a missing value, and no training row has a replacement for it"
                : "column " + name + " has a number that is not finite in float32 after scaling")
        .key("data.missing.numeric")
        .found(value)
        .expected("a finite number")
        .build();
  }
}
