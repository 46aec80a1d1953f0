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
                            + " is ignored"
                            + (data.labelsPerClass() > 0
                                ? "; data.labels-per-class is ignored as well, and every row is"
                                    + " used."
                                : ".")));
    tellWeight(run, job);
  }

  /** Only of the weight. */
  static void tellWeight(ManagedRun run, String job) {
    run.settings()
        .data()
        .weight()
        .ifPresent(
            weight ->
                run.context()
                    .notice(
                        job
                            + " weights all rows equally: data.weight = "
                            + weight
                            + " is ignored."));
  }
}
