package dev.strata.driver.exports;

import dev.strata.driver.onnx.OnnxValue;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.Scaling;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import onnx.Onnx.TensorProto.DataType;

/**
 * Rows for comparing an exported file with its model, always the same for one model. Numbers lie
 * where the training rows' numbers did; every second row has a missing number or category, an
 * unseen category, or a number beyond the training rows' range.
 */
final class CheckRows {
  static final int COUNT = 64;

  private static final long SEED = 20;
  private static final int BYTE = 256;

  private final Preprocessing preprocessing;
  private final Random random = new Random(SEED);
  private final Map<String, OnnxValue> columns = new LinkedHashMap<>();
  private final List<float[]> encoded = new ArrayList<>();

  private CheckRows(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** Columns as programs outside of Strata have them, and what Strata makes of them. */
  static CheckRows of(Preprocessing preprocessing) {
    CheckRows rows = new CheckRows(preprocessing);
    rows.fill();
    return rows;
  }

  /** Rows as Strata encodes them, as the one column of that name. */
  static CheckRows encoded(Preprocessing preprocessing, String name) {
    CheckRows rows = new CheckRows(preprocessing);
    int width = preprocessing.inputWidth();
    int words = preprocessing.vocabulary() == null ? 0 : preprocessing.vocabulary().size();
    double[] all = new double[COUNT * width];
    for (int r = 0; r < COUNT; r++) {
      float[] row = new float[width];
      int length = 1 + rows.random.nextInt(width);
      for (int i = 0; i < width; i++) {
        row[i] =
            words == 0
                ? (float) rows.random.nextGaussian()
                : i < length ? 1 + rows.random.nextInt(words - 1) : 0;
        all[r * width + i] = row[i];
      }
      rows.encoded.add(row);
    }
    rows.columns.put(name, OnnxValue.of(DataType.FLOAT, new int[] {COUNT, width}, all));
    return rows;
  }

  /** By their names. */
  Map<String, OnnxValue> columns() {
    return columns;
  }

  /** What the network takes for each row; null where Strata rejects it. */
  List<float[]> encoded() {
    return encoded;
  }

  private void fill() {
    List<FeatureColumn> features = preprocessing.layout().features();
    int numbers = features.stream().mapToInt(FeatureColumn::numbers).sum();
    int texts = (int) features.stream().filter(CheckRows::isCategory).count();
    double[][] values = new double[COUNT][numbers];
    String[][] words = new String[COUNT][texts];
    int number = 0;
    int text = 0;
    for (int i = 0; i < features.size(); i++) {
      FeatureColumn feature = features.get(i);
      if (isCategory(feature)) {
        columns.put(feature.name(), categories(words, text++, preprocessing.statistics().get(i)));
      } else if (feature.time() != null) {
        columns.put(feature.name(), times(values, number, feature));
      } else {
        columns.put(feature.name(), numbers(values, number, i));
      }
      number += feature.numbers();
    }
    encode(values, words);
  }

  private static boolean isCategory(FeatureColumn feature) {
    return feature.kind() == ColumnKind.CATEGORICAL;
  }

  private OnnxValue categories(String[][] words, int text, ColumnStatistics statistics) {
    List<String> known = statistics.categories();
    List<String> others =
        Stream.concat(
                Stream.of("", "not seen in training"),
                preprocessing.layout().missingValues().stream())
            .toList();
    String[] column = new String[COUNT];
    for (int r = 0; r < COUNT; r++) {
      boolean odd = known.isEmpty() || isOdd(r);
      List<String> from = odd ? others : known;
      column[r] = from.get(random.nextInt(from.size()));
      boolean missing = odd && !column[r].equals(others.get(1));
      words[r][text] = missing ? null : column[r];
    }
    return OnnxValue.of(new int[] {COUNT, 1}, column);
  }

  /** Rare among many columns, so that some rows are whole. */
  private boolean isOdd(int row) {
    int columns = preprocessing.layout().features().size();
    return row % 2 == 1 && random.nextInt(columns) == 0;
  }

  private OnnxValue times(double[][] values, int number, FeatureColumn feature) {
    double[] column = new double[COUNT];
    long from = LocalDateTime.of(1900, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    long to = LocalDateTime.of(2100, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    for (int r = 0; r < COUNT; r++) {
      if (isOdd(r)) {
        column[r] = OnnxTimes.MISSING;
        Arrays.fill(values[r], number, number + feature.width(), Double.NaN);
        continue;
      }
      long seconds = from + (long) (random.nextDouble() * (to - from));
      int micros = random.nextInt(1_000_000);
      LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, micros * 1000, ZoneOffset.UTC);
      if (feature.kind() == ColumnKind.DATE) {
        time = time.toLocalDate().atStartOfDay();
      }
      column[r] = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000d + time.getNano() / 1000;
      feature.time().write(time, values[r], number);
    }
    return OnnxValue.of(DataType.INT64, new int[] {COUNT, 1}, column);
  }

  private OnnxValue numbers(double[][] values, int from, int column) {
    FeatureColumn feature = preprocessing.layout().features().get(column);
    int width = feature.width();
    double[] all = new double[COUNT * width];
    for (int r = 0; r < COUNT; r++) {
      int missing = !preprocessing.bytes() && isOdd(r) ? random.nextInt(width) : -1;
      for (int i = 0; i < width; i++) {
        double number = i == missing ? Double.NaN : number(feature, column, i);
        values[r][from + i] = number;
        all[r * width + i] = number;
      }
    }
    DataType type = preprocessing.bytes() ? DataType.UINT8 : DataType.DOUBLE;
    return OnnxValue.of(type, new int[] {COUNT, width}, all);
  }

  private double number(FeatureColumn feature, int column, int i) {
    if (preprocessing.bytes()) {
      return random.nextInt(BYTE);
    }
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    List<Double> quantiles =
        statistics.quantiles().isEmpty() ? List.of() : statistics.quantiles().get(i);
    if (!quantiles.isEmpty()) {
      double quantile = quantiles.get(random.nextInt(quantiles.size()));
      // Some are quantiles themselves.
      return random.nextInt(4) == 0 ? quantile : quantile + random.nextGaussian();
    }
    double value;
    if (!statistics.mean().isEmpty()) {
      value = statistics.mean().get(i) + random.nextGaussian() * 2 * statistics.deviation().get(i);
    } else if (!statistics.minimum().isEmpty()) {
      double least = statistics.minimum().get(i);
      value = least + (random.nextDouble() * 1.2 - 0.1) * (statistics.maximum().get(i) - least);
    } else {
      value = random.nextGaussian() * Math.max(1, preprocessing.divideBy());
    }
    return feature.scaling(i, preprocessing.scaling()) == Scaling.LOG
        ? Math.copySign(Math.expm1(Math.abs(value)), value)
        : value;
  }

  private void encode(double[][] values, String[][] words) {
    RowEncoder encoder = new RowEncoder(preprocessing);
    for (int r = 0; r < COUNT; r++) {
      float[] into = new float[encoder.width()];
      try {
        encoder.features(
            new PlainRow(null, values[r], words[r], null, null, 1, PlainRow.Fate.USED), into, 0);
        encoded.add(into);
      } catch (StrataException e) {
        encoded.add(null);
      }
    }
  }
}
