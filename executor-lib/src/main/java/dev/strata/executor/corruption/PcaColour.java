package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.preprocess.ImageShape;

/**
 * One colour is added to all pixels of an image: {@code Σ αᵢ λᵢ pᵢ}, αᵢ normal with mean 0, λᵢ and
 * pᵢ the eigenvalues and eigenvectors of the covariance of red, green and blue (Krizhevsky et al.
 * 2012, section 4.1). They are those of ImageNet's pixels in [0, 1], as in the reference
 * implementations of residual networks.
 *
 * @param deviation of αᵢ; above 0
 */
public record PcaColour(double deviation) implements CorruptionSpec {
  public static final String TYPE = "pca-colour";

  private static final double[] EIGENVALUES = {0.2175, 0.0188, 0.0045};

  /** One row each of red, green and blue; a column is an eigenvector. */
  private static final double[][] EIGENVECTORS = {
    {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
  };

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    problems.positive(at + ".deviation", deviation, Double.POSITIVE_INFINITY);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    if (shape.channels() != 3) {
      throw StrataException.configuration("pca-colour needs red, green and blue")
          .key(at + ".type")
          .found("images of " + shape.channels() + " channel")
          .expected("images of 3 channels, or brightness")
          .build();
    }
    float[] alpha = new float[3];
    return (row, random) -> {
      new RandomNumbers(random.bits()).gaussian(alpha, 3);
      for (int colour = 0; colour < 3; colour++) {
        double added = 0;
        for (int i = 0; i < 3; i++) {
          added += EIGENVECTORS[colour][i] * EIGENVALUES[i] * deviation * alpha[i];
        }
        for (int pixel = colour; pixel < row.length; pixel += 3) {
          row[pixel] += (float) added;
        }
      }
      return true;
    };
  }
}
