package dev.strata.bench.auxiliary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Numbers of a table, scaled by its training rows, and its classes one-hot. */
final class EncodedTable {
  private final List<Integer> columns = new ArrayList<>();
  private final int label;
  private final List<String> classes;
  private final double[] shift;
  private final double[] factor;

  /**
   * @param units of the RBM: {@code binary} scales to [0, 1], {@code raw} leaves numbers as they
   *     are, others standardise
   */
  EncodedTable(TableSource table, String units) {
    List<String> names = List.of(table.header().split(","));
    label = names.indexOf(table.label());
    for (int i = 0; i < names.size(); i++) {
      if (i != label) {
        columns.add(i);
      }
    }
    classes =
        table.training().stream().map(row -> row.split(",")[label]).distinct().sorted().toList();
    shift = new double[columns.size()];
    factor = new double[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      int column = columns.get(i);
      double[] values =
          table.training().stream()
              .mapToDouble(row -> Double.parseDouble(row.split(",")[column]))
              .toArray();
      scale(i, values, units);
    }
  }

  private void scale(int column, double[] values, String units) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    shift[column] = units.equals("raw") ? 0 : units.equals("binary") ? low : mean;
    double range =
        units.equals("raw") ? 1 : units.equals("binary") ? high - low : Math.sqrt(square);
    factor[column] = range > 0 ? 1 / range : 0;
  }

  float[][] rows(List<String> lines) {
    float[][] rows = new float[lines.size()][columns.size()];
    for (int r = 0; r < rows.length; r++) {
      String[] cells = lines.get(r).split(",");
      for (int i = 0; i < columns.size(); i++) {
        rows[r][i] = (float) ((Double.parseDouble(cells[columns.get(i)]) - shift[i]) * factor[i]);
      }
    }
    return rows;
  }

  float[][] labels(List<String> lines) {
    float[][] labels = new float[lines.size()][classes.size()];
    for (int r = 0; r < labels.length; r++) {
      labels[r][classes.indexOf(lines.get(r).split(",")[label])] = 1;
    }
    return labels;
  }
}
