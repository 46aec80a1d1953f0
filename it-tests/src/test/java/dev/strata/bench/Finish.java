package dev.strata.bench;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stops the time of training until a network's accuracy on test rows reaches a target. The clock
 * stands while the network is tested.
 */
final class Finish {
  /** Of a worker, about, between two tests. */
  static final int MINIBATCHES = 40;

  private final double target;
  private final int epochs;
  private final INDArray rows;
  private final int[] labels;
  private long spent;
  private long since;

  /**
   * @param target share of the test rows
   * @param epochs after which a run is given up
   */
  Finish(BenchData test, double target, int epochs) {
    this.target = target;
    this.epochs = epochs;
    this.rows = Nd4j.create(test.rows());
    this.labels = test.labels();
  }

  int epochs() {
    return epochs;
  }

  /** Begins a run. */
  void start() {
    spent = 0;
    since = System.nanoTime();
  }

  /** Tests a network and lets the clock go on. */
  boolean isReached(MultiLayerNetwork network) {
    spent += System.nanoTime() - since;
    INDArray found = network.output(rows).argMax(1);
    int right = 0;
    for (int row = 0; row < labels.length; row++) {
      right += found.getInt(row) == labels[row] ? 1 : 0;
    }
    since = System.nanoTime();
    return right >= target * labels.length;
  }

  /** Seconds of training up to the last test. */
  double seconds() {
    return spent / 1e9;
  }
}
