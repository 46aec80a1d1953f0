package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch normalization of each column of {@code [n, channels]} in training (Ioffe and Szegedy 2015,
 * algorithm 1), in float32: a channel is one of an image at all its places, or a unit. The gradient
 * of the running statistics is, as in DL4J, what is to be subtracted so that {@code mean = decay ·
 * mean + (1 − decay) · batch mean}, and likewise the variance, which DL4J keeps as the logarithm of
 * the deviation.
 */
final class BatchNormPass implements HiddenPass {
  /** The most rows that are copied to the heap at a time, and the most elements of several. */
  private static final int ROWS = 256;

  private static final int ELEMENTS = 64 * 1024;

  private final Layer layer;
  private final Map<String, INDArray> gradients;
  private final double decay;
  private final double epsilon;
  private final int channels;
  private final float[] piece;
  private final float[] other;
  private final double[] mean;

  /** Near the mean: what is subtracted from a value before anything is multiplied. */
  private final float[] center;

  private final double[] deviation;
  private INDArray input;

  BatchNormPass(Layer layer) {
    BatchNormalization settings = (BatchNormalization) layer.conf().getLayer();
    this.layer = layer;
    this.gradients = HiddenPass.gradients(layer);
    this.decay = settings.getDecay();
    this.epsilon = settings.getEps();
    this.channels = Math.toIntExact(settings.getNOut());
    int rows = Math.max(1, Math.min(ROWS, ELEMENTS / channels));
    this.piece = new float[rows * channels];
    this.other = new float[rows * channels];
    this.mean = new double[channels];
    this.center = new float[channels];
    this.deviation = new double[channels];
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  /** What is done with some rows. */
  @FunctionalInterface
  private interface Piece {
    void of(int at, int count);
  }

  private void inPieces(INDArray rows, Piece action) {
    int length = Math.toIntExact(rows.length());
    for (int at = 0; at < length; at += piece.length) {
      action.of(at, Math.min(piece.length, length - at));
    }
  }

  @Override
  public INDArray forward(INDArray rows) {
    input = plain(rows);
    FloatBuffer source = FlatMemory.floats(input);
    double n = rows.length() / (double) channels;
    double[] sums = new double[channels];
    inPieces(
        rows,
        (at, count) -> {
          source.get(at, piece, 0, count);
          float[] ofPiece = new float[channels];
          for (int i = 0; i < count; i += channels) {
            for (int c = 0; c < channels; c++) {
              ofPiece[c] += piece[i + c];
            }
          }
          add(ofPiece, sums);
        });
    double[] squares = new double[channels];
    double[] apartSums = new double[channels];
    for (int c = 0; c < channels; c++) {
      center[c] = (float) (sums[c] / n);
    }
    inPieces(
        rows,
        (at, count) -> {
          source.get(at, piece, 0, count);
          float[] ofPiece = new float[channels];
          float[] squaresOfPiece = new float[channels];
          for (int i = 0; i < count; i += channels) {
            for (int c = 0; c < channels; c++) {
              float apart = piece[i + c] - center[c];
              ofPiece[c] += apart;
              squaresOfPiece[c] += apart * apart;
            }
          }
          add(ofPiece, apartSums);
          add(squaresOfPiece, squares);
        });
    // The centers are near the means; what they lack is small, and so is its rounding.
    for (int c = 0; c < channels; c++) {
      double apart = apartSums[c] / n;
      mean[c] = center[c] + apart;
      squares[c] = Math.max(0, squares[c] - n * apart * apart);
    }
    float[] factor = values(GAMMA);
    float[] shift = values(BETA);
    running(squares, n);
    for (int c = 0; c < channels; c++) {
      deviation[c] = Math.sqrt(squares[c] / n + epsilon);
      factor[c] = (float) (factor[c] / deviation[c]);
      shift[c] = (float) (shift[c] - factor[c] * (mean[c] - center[c]));
    }
    INDArray output = Nd4j.createUninitialized(rows.dataType(), rows.shape());
    FloatBuffer target = FlatMemory.floats(output);
    inPieces(
        rows,
        (at, count) -> {
          source.get(at, piece, 0, count);
          for (int i = 0; i < count; i += channels) {
            for (int c = 0; c < channels; c++) {
              piece[i + c] = factor[c] * (piece[i + c] - center[c]) + shift[c];
            }
          }
          target.put(at, piece, 0, count);
        });
    return output;
  }

  /** Sums over a piece are taken in float32, sums of these in float64. */
  private static void add(float[] ofPiece, double[] sums) {
    for (int c = 0; c < sums.length; c++) {
      sums[c] += ofPiece[c];
    }
  }

  private static INDArray plain(INDArray array) {
    return FlatMemory.isPlain(array) ? array : array.dup('c');
  }

  private float[] values(String parameter) {
    return layer.getParam(parameter).dup('c').data().asFloat();
  }

  private void put(String parameter, double[] values) {
    float[] single = new float[channels];
    for (int c = 0; c < channels; c++) {
      single[c] = (float) values[c];
    }
    FlatMemory.floats(gradients.get(parameter)).put(0, single);
  }

  private void running(double[] squares, double n) {
    float[] oldMean = values(GLOBAL_MEAN);
    float[] oldDeviation = values(GLOBAL_LOG_STD);
    double[] means = new double[channels];
    double[] deviations = new double[channels];
    for (int c = 0; c < channels; c++) {
      means[c] = (1 - decay) * (oldMean[c] - mean[c]);
      double before = Math.pow(10, 2 * oldDeviation[c]);
      double variance = decay * before + (1 - decay) * squares[c] / n;
      deviations[c] = oldDeviation[c] - Math.log10(Math.sqrt(variance));
    }
    put(GLOBAL_MEAN, means);
    put(GLOBAL_LOG_STD, deviations);
  }

  @Override
  public INDArray back(INDArray above, boolean further) {
    FloatBuffer values = FlatMemory.floats(input);
    FloatBuffer source = FlatMemory.floats(plain(above));
    double n = input.length() / (double) channels;
    double[] ofShift = new double[channels];
    double[] ofFactor = new double[channels];
    inPieces(
        input,
        (at, count) -> {
          values.get(at, piece, 0, count);
          source.get(at, other, 0, count);
          float[] shiftOfPiece = new float[channels];
          float[] factorOfPiece = new float[channels];
          for (int i = 0; i < count; i += channels) {
            for (int c = 0; c < channels; c++) {
              shiftOfPiece[c] += other[i + c];
              factorOfPiece[c] += other[i + c] * (piece[i + c] - center[c]);
            }
          }
          add(shiftOfPiece, ofShift);
          add(factorOfPiece, ofFactor);
        });
    for (int c = 0; c < channels; c++) {
      ofFactor[c] = (ofFactor[c] - (mean[c] - center[c]) * ofShift[c]) / deviation[c];
    }
    put(BETA, ofShift);
    put(GAMMA, ofFactor);
    INDArray down = further ? down(values, source, ofShift, ofFactor, n) : null;
    input = null;
    return down;
  }

  /** {@code γ / σ · (ε − mean(ε) − x̂ · mean(ε x̂))}, as {@code a ε + b x + d} of each channel. */
  private INDArray down(
      FloatBuffer values, FloatBuffer source, double[] ofShift, double[] ofFactor, double n) {
    float[] gamma = values(GAMMA);
    float[] ofAbove = new float[channels];
    float[] ofValue = new float[channels];
    float[] constant = new float[channels];
    for (int c = 0; c < channels; c++) {
      double scale = gamma[c] / deviation[c];
      double slope = ofFactor[c] / n / deviation[c];
      ofAbove[c] = (float) scale;
      ofValue[c] = (float) (-scale * slope);
      constant[c] = (float) (scale * (slope * (mean[c] - center[c]) - ofShift[c] / n));
    }
    INDArray down = Nd4j.createUninitialized(input.dataType(), input.shape());
    FloatBuffer target = FlatMemory.floats(down);
    inPieces(
        input,
        (at, count) -> {
          values.get(at, piece, 0, count);
          source.get(at, other, 0, count);
          for (int i = 0; i < count; i += channels) {
            for (int c = 0; c < channels; c++) {
              float value = ofValue[c] * (piece[i + c] - center[c]);
              piece[i + c] = ofAbove[c] * other[i + c] + value + constant[c];
            }
          }
          target.put(at, piece, 0, count);
        });
    return down;
  }
}
