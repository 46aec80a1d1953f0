package dev.strata.bench.auxiliary;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The directions in which rows vary most. The eigenvectors of the rows' products with each other
 * give those of their covariance: there are fewer rows than pixels.
 *
 * @param mean of the rows
 * @param directions of length 1, one a row
 */
record PrincipalComponents(float[] mean, RealMatrix directions) {
  static PrincipalComponents of(float[][] rows, int count) {
    int width = rows[0].length;
    float[] mean = new float[width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    RealMatrix centred = centred(rows, mean);
    EigenDecomposition products = new EigenDecomposition(centred.multiply(centred.transpose()));
    RealMatrix directions = new Array2DRowRealMatrix(count, width);
    for (int k = 0; k < count; k++) {
      // Eigenvalues come in descending order.
      double[] direction = centred.preMultiply(products.getEigenvector(k).toArray());
      double length = Math.sqrt(products.getRealEigenvalue(k));
      for (int i = 0; i < width; i++) {
        directions.setEntry(k, i, direction[i] / length);
      }
    }
    return new PrincipalComponents(mean, directions);
  }

  float[][] apply(float[][] rows) {
    double[][] projected = centred(rows, mean).multiply(directions.transpose()).getData();
    float[][] result = new float[rows.length][projected[0].length];
    for (int r = 0; r < result.length; r++) {
      for (int i = 0; i < result[r].length; i++) {
        result[r][i] = (float) projected[r][i];
      }
    }
    return result;
  }

  private static RealMatrix centred(float[][] rows, float[] mean) {
    RealMatrix centred = new Array2DRowRealMatrix(rows.length, mean.length);
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < mean.length; i++) {
        centred.setEntry(r, i, (double) rows[r][i] - mean[i]);
      }
    }
    return centred;
  }
}
