package dev.strata.jobs.models;

import java.io.PrintStream;
import java.util.List;

/** A table for people and for awk: columns of equal width, two blanks between, "-" where empty. */
final class Columns {
  private Columns() {}

  /**
   * @param rows the header first; a row may be shorter
   */
  static void print(List<List<String>> rows, PrintStream out) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i).isEmpty() ? "-" : row.get(i);
        line.append(cell).append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }
}
