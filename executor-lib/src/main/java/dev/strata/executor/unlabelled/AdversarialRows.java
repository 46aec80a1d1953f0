package dev.strata.executor.unlabelled;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.random.RandomStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The target is the output p for the row as it is; the network is trained on the row moved by r_adv
 * = ε d. The direction d starts as normal random numbers, a function of (seed, number of the row,
 * step), and each power iteration makes it the normalized gradient of KL(p ‖ q(x + ξ d)) with
 * regard to the input (Miyato et al. 2017, arXiv 1704.03976, algorithm 1).
 */
final class AdversarialRows implements Targets {
  private final MultiLayerNetwork network;
  private final UnlabelledLoss.Adversarial settings;
  private final long seed;

  /**
   * @param network without dropout, its output softmax with cross-entropy; for this alone
   * @param seed of the directions
   */
  AdversarialRows(MultiLayerNetwork network, UnlabelledLoss.Adversarial settings, long seed) {
    this.network = network;
    this.settings = settings;
    this.seed = seed;
  }

  @Override
  public Guess of(INDArray rows, long[] numbers, long step) {
    // As in training, so that batch normalization is the same in p and q.
    INDArray p = network.output(rows, true);
    INDArray random = start(rows, numbers, step);
    INDArray direction = normalized(random, random);
    for (int i = 0; i < settings.iterations(); i++) {
      direction = normalized(gradient(rows.add(direction.mul(settings.xi())), p), direction);
    }
    return new Guess(direction.muli(settings.epsilon()).addi(rows), p, null);
  }

  /** Of the sum of the rows' KL(p ‖ q) with regard to the inputs. */
  INDArray gradient(INDArray inputs, INDArray p) {
    return network.calculateGradients(inputs, p, null, null).getSecond();
  }

  private INDArray start(INDArray rows, long[] numbers, long step) {
    int width = Math.toIntExact(rows.length() / numbers.length);
    float[] all = new float[width * numbers.length];
    float[] piece = new float[FlatMemory.PIECE];
    for (int i = 0; i < numbers.length; i++) {
      RandomNumbers random = new RandomNumbers(RandomStream.of(seed, numbers[i], step).bits());
      for (int from = 0; from < width; from += piece.length) {
        int count = Math.min(piece.length, width - from);
        random.gaussian(piece, count);
        System.arraycopy(piece, 0, all, i * width + from, count);
      }
    }
    return Nd4j.createFromArray(all).castTo(rows.dataType()).reshape('c', rows.shape());
  }

  /**
   * Rows of length 1.
   *
   * @param otherwise taken for rows that are 0, where the output does not depend on the input; of
   *     length 1 as well
   */
  private static INDArray normalized(INDArray directions, INDArray otherwise) {
    long rows = directions.size(0);
    INDArray flat = directions.dup('c').reshape('c', rows, -1);
    // First by the greatest element: its square may be too small for the type.
    INDArray greatest = flat.amax(1).reshape(rows, 1);
    INDArray none = greatest.eq(0).castTo(flat.dataType());
    flat.diviColumnVector(greatest.addi(none));
    if (none.maxNumber().doubleValue() > 0) {
      flat.addi(otherwise.reshape('c', flat.shape()).mulColumnVector(none));
    }
    flat.diviColumnVector(flat.norm2(1).reshape(rows, 1));
    return flat.reshape('c', directions.shape());
  }
}
