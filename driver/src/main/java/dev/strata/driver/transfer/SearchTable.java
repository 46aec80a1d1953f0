package dev.strata.driver.transfer;

import java.util.ArrayList;
import java.util.List;

/** What a search has found, for people. */
final class SearchTable {
  private SearchTable() {}

  /**
   * @param tried best first
   */
  static String of(List<Candidate.Tried> tried) {
    boolean folds = tried.stream().anyMatch(one -> one.standardError().isPresent());
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-6s %-6s %-7s %12s %6s %9s%s %9s %9s",
            "layers",
            "fresh",
            "frozen",
            "trained",
            "epoch",
            "error",
            folds ? String.format(" %9s", "s.e.") : "",
            "loss",
            "seconds"));
    for (Candidate.Tried one : tried) {
      Candidate candidate = one.candidate();
      lines.add(
          String.format(
              "%-6d %-6d %-7d %,12d %6d %9.4f%s %9.4f %9.1f%s",
              candidate.kept(),
              candidate.fresh(),
              candidate.frozen(),
              one.trained(),
              one.score().epoch(),
              one.score().error(),
              folds ? String.format(" %9.4f", one.standardError().orElse(Double.NaN)) : "",
              one.score().loss(),
              one.result().seconds(),
              one.result().failure() != null ? "  failed" : lines.size() == 1 ? "  best" : ""));
    }
    return String.join("\n", lines) + "\n";
  }
}
