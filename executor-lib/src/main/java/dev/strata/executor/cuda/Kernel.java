package dev.strata.executor.cuda;

/** The kernels of {@code kernels.cu}. */
enum Kernel {
  COMBINE("combine"),
  ADD_TO_ROWS("addToRows"),
  ACTIVATE("activate"),
  TIMES_SLOPE("timesSlope"),
  SUM_ROWS("sumRows"),
  SOFTMAX_LOSS("softmaxLoss"),
  SIGMOID_LOSS("sigmoidLoss"),
  SQUARED_LOSS("squaredLoss"),
  DISTANCE("distance"),
  DECAY("decay"),
  SHRINK("shrink"),
  REPLACE("replace"),
  GAUSSIAN("gaussian"),
  BERNOULLI("bernoulli"),
  RECTIFIED("rectified"),
  DROPOUT("dropout"),
  CLIP_VALUES("clipValues"),
  SQUARES("squares"),
  SCALE_BY_LENGTH("scaleByLength"),
  UPDATE("update");

  private final String text;

  Kernel(String text) {
    this.text = text;
  }

  /** Its name in the source. */
  String text() {
    return text;
  }
}
