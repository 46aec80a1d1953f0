package dev.strata.driver.tuning;

import dev.strata.driver.comparison.Figures;
import dev.strata.driver.comparison.TextTable;
import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a tuning has found, for people: best first. */
public final class TuneTable {
  private final TuneOutcome outcome;
  private final List<String> keys;

  public TuneTable(TuneOutcome outcome) {
    this.outcome = outcome;
    this.keys = outcome.settings().dimensions().stream().map(Dimension::key).toList();
  }

  /** Names of the columns; a key is called by its last word where no other key has it. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("trial", "epochs", "best", "error"));
    if (outcome.folds() > 0) {
      columns.add("s.e.");
    }
    columns.addAll(List.of("loss", "seconds"));
    columns.addAll(names(keys));
    return columns;
  }

  /** The last words of keys, or all of a key whose last word another key has, too. */
  static List<String> names(List<String> keys) {
    Set<String> once = new HashSet<>();
    Set<String> often = new HashSet<>();
    keys.forEach(key -> (once.add(last(key)) ? once : often).add(last(key)));
    return keys.stream().map(key -> often.contains(last(key)) ? key : last(key)).toList();
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** A row for each point. */
  public List<List<String>> rows() {
    return outcome.tried().stream().map(this::row).toList();
  }

  private List<String> row(Tried one) {
    List<String> row = new ArrayList<>();
    row.add(one.point().number() == 0 ? "as configured" : Integer.toString(one.point().number()));
    row.add(Integer.toString(one.epochs()));
    row.add(Integer.toString(one.score().epoch()));
    boolean failed = one.result().failure() != null;
    row.add(failed ? "failed" : Figures.of(one.score().error()));
    if (outcome.folds() > 0) {
      row.add(failed ? "" : Figures.of(one.standardError().orElse(Double.NaN)));
    }
    row.add(failed ? "" : Figures.of(one.score().loss()));
    row.add(String.format(Locale.ROOT, "%.1f", one.result().seconds()));
    keys.forEach(key -> row.add(one.point().values().getOrDefault(key, "")));
    return row;
  }

  /** As lines. */
  public String text() {
    return TextTable.of(columns(), rows());
  }

  /** What the columns are. */
  public List<String> legend() {
    String measured =
        outcome.folds() == 0
            ? "error: share of wrong classes, of values the root mean squared error, of the validation"
            : "error: share of wrong classes, of values the root mean squared error; mean over the";
    return List.of(
        "epochs: that the trial was trained for; best: number of epochs with the best "
            + (outcome.settings().metric() == SearchSettings.Metric.ERROR ? "error;" : "loss;"),
        measured,
        outcome.folds() == 0
            ? "rows; loss: of the same rows; lower is better; seconds: of the training."
            : "folds; s.e.: its standard error; loss: lower is better; seconds: of all folds.",
        "Half of error and loss is the best epoch's, a quarter each that of its neighbours.");
  }
}
