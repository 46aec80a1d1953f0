package dev.strata.driver.comparison;

import java.util.ArrayList;
import java.util.List;

/** Cells of texts as lines: the first column to the left, all others to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * @param rows each as long as the columns
   * @return a line for the columns' names and one for each row
   */
  public static String of(List<String> columns, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>(List.of(columns));
    all.addAll(rows);
    int[] widths = new int[columns.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + space : GAP + space + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
