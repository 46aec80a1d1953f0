package dev.strata.driver.job;

import dev.strata.driver.data.DataSettings;

/** Says which columns of the configuration a job without labels does not read. */
final class UnusedColumns {
  private UnusedColumns() {}

  /**
   * @param job for the beginning of a sentence
   */
  static void tell(ManagedRun run, String job) {
    DataSettings data = run.settings().data();
    data.label()
        .ifPresent(
            label ->
                run.context()
                    .notice(
                        job
                            + " uses no labels: data.label = "
                            + label
                            + " is ignored, the column is not read"
                            + (data.labelsPerClass() > 0
                                ? ", and data.labels-per-class neither: every row is used."
                                : ".")));
    data.weight()
        .ifPresent(
            weight ->
                run.context()
                    .notice(
                        job
                            + " weighs all rows alike: data.weight = "
                            + weight
                            + " is ignored, the column is not read."));
  }
}
