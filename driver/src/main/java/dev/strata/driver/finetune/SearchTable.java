package dev.strata.driver.finetune;

import dev.strata.driver.evaluate.MetricText;
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
    boolean lengths = tried.stream().anyMatch(one -> one.candidate().epsilon().isPresent());
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-6s %-6s %-7s%s %12s %6s %9s%s %9s %9s",
            "layers",
            "fresh",
            "frozen",
            lengths ? String.format(" %-7s", "epsilon") : "",
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
              "%-6d %-6d %-7d%s %,12d %6d %9s%s %9s %9.1f%s",
              candidate.kept(),
              candidate.fresh(),
              candidate.frozen(),
              lengths ? String.format(" %-7s", candidate.epsilon().orElse(Double.NaN)) : "",
              one.trained(),
              one.score().epoch(),
              MetricText.number(one.score().error()),
              folds
                  ? String.format(" %9s", MetricText.number(one.standardError().orElse(Double.NaN)))
                  : "",
              MetricText.number(one.score().loss()),
              one.result().seconds(),
              one.result().failure() != null ? "  failed" : lines.size() == 1 ? "  best" : ""));
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * What the columns are, for those who see the table on a terminal.
   *
   * @param lengths whether the search tries several lengths of virtual-adversarial
   */
  static List<String> legend(boolean folds, boolean lengths, boolean smoothed) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "layers: bottom layers of the model that are reused; fresh: the topmost of them that");
    lines.add("are reinitialized; frozen: bottom layers that are not trained; trained: parameters");
    lines.add(
        "that are trained; epoch: after which the candidate was measured; error: 1 - accuracy,");
    lines.add("of values the root mean squared error, lower is better; loss: lower is better");
    if (lengths) {
      lines.add("epsilon: length by which virtual-adversarial moves a row");
    }
    if (folds) {
      lines.add("s.e.: standard error of the error over the folds");
    }
    if (smoothed) {
      lines.add("half of error and loss is that epoch's, a quarter each that of its neighbours");
    }
    return lines;
  }
}
