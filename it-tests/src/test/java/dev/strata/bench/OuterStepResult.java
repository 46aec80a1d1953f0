package dev.strata.bench;

import java.util.Map;

/**
 * One training with one seed and what came of it after so many epochs.
 *
 * @param cut of epochs into rounds
 * @param learner what else the run depends on
 * @param metrics of held-out rows, where smaller is better; empty before the run
 * @param seconds of the whole training and measuring
 */
record OuterStepResult(
    String cut,
    int workers,
    int batch,
    int every,
    String outer,
    long seed,
    Map<String, String> learner,
    double learningRate,
    int epochs,
    Map<String, Double> metrics,
    double seconds) {

  OuterStepResult measured(int epoch, Map<String, Double> found, double took) {
    return new OuterStepResult(
        cut, workers, batch, every, outer, seed, learner, learningRate, epoch, found, took);
  }

  boolean isSameRun(OuterStepResult other) {
    return seed == other.seed && outer.equals(other.outer) && trained().equals(other.trained());
  }

  /** What is compared: the averaging. */
  String setting() {
    return "%s|%d|%d|%s".formatted(cut, workers, every, outer);
  }

  /** What is compared without the outer step, and the learner, its rate and its epochs. */
  private String trained() {
    return "%s|%d|%d|%d|%s|%s|%d"
        .formatted(cut, workers, batch, every, learner, learningRate, epochs);
  }

  /** What a setting's tuning chooses from. */
  String candidate() {
    return "%s, %d".formatted(learningRate, epochs);
  }
}
