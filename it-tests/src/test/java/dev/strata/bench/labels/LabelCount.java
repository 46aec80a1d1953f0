package dev.strata.bench.labels;

/**
 * One row of the table: how many labels there are and how training on them is organised.
 *
 * @param labels N, the same number of each class; {@link #ALL}: the whole training part
 * @param draws independent choices of the N rows (of all rows: other initial weights and orders)
 * @param folds parts of the N rows
 * @param foldsUsed of them, how many are held out in turn
 * @param choices draws whose folds are cross-validated; the others follow the choice of the first
 * @param epochs most passes over the rows
 * @param scoreEvery epochs between points of the curve that the number of epochs is chosen from
 * @param batch rows of a minibatch
 */
public record LabelCount(
    int labels,
    int draws,
    int folds,
    int foldsUsed,
    int choices,
    int epochs,
    int scoreEvery,
    int batch) {
  public static final int ALL = 0;

  /** N rows of which every fold is held out once, in every draw. */
  public static LabelCount of(
      int labels, int draws, int folds, int epochs, int scoreEvery, int batch) {
    return new LabelCount(labels, draws, folds, folds, draws, epochs, scoreEvery, batch);
  }

  /** The same with no more than this number of draws. */
  LabelCount atMost(int most) {
    return new LabelCount(
        labels,
        Math.min(draws, most),
        folds,
        foldsUsed,
        Math.min(choices, most),
        epochs,
        scoreEvery,
        batch);
  }

  /** The same, cross-validated in no more than this number of draws. */
  LabelCount choosing(int most) {
    return new LabelCount(
        labels, draws, folds, foldsUsed, Math.min(choices, most), epochs, scoreEvery, batch);
  }

  boolean all() {
    return labels == ALL;
  }

  /** Part of the names of trials. */
  @Override
  public String toString() {
    return "labels=" + (all() ? "all" : labels) + " batch=" + batch;
  }
}
