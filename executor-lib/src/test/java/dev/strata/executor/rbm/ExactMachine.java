package dev.strata.executor.rbm;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A machine small enough to sum over all states of its hidden units, binary; visible units are
 * binary or Gaussian. In plain float64 loops, independent of the learner.
 */
final class ExactMachine {
  private final double[][] w;
  private final double[] b;
  private final double[] c;
  private final boolean gaussian;

  ExactMachine(INDArray flat, int inputs, int units, boolean gaussian) {
    this.gaussian = gaussian;
    w = new double[inputs][units];
    b = new double[units];
    c = new double[inputs];
    for (int j = 0; j < units; j++) {
      for (int i = 0; i < inputs; i++) {
        w[i][j] = flat.getDouble((long) j * inputs + i);
      }
      b[j] = flat.getDouble((long) units * inputs + j);
    }
    for (int i = 0; i < inputs; i++) {
      c[i] = flat.getDouble((long) units * inputs + units + i);
    }
  }

  /** Log of what all visible states together give a hidden state: Σᵥ or ∫dv of e^-E(v, h). */
  private double hiddenLogWeight(int state) {
    double sum = 0;
    for (int j = 0; j < b.length; j++) {
      sum += on(state, j) * b[j];
    }
    for (int i = 0; i < c.length; i++) {
      double field = field(state, i);
      sum +=
          gaussian
              ? c[i] * field + field * field / 2 + Math.log(2 * Math.PI) / 2
              : Math.log1p(Math.exp(c[i] + field));
    }
    return sum;
  }

  private double field(int state, int i) {
    double field = 0;
    for (int j = 0; j < b.length; j++) {
      field += w[i][j] * on(state, j);
    }
    return field;
  }

  private static int on(int state, int unit) {
    return state >> unit & 1;
  }

  private double logPartition() {
    double sum = 0;
    for (int state = 0; state < 1 << b.length; state++) {
      sum += Math.exp(hiddenLogWeight(state));
    }
    return Math.log(sum);
  }

  /** -log Σₕ e^-E(v, h). */
  double freeEnergy(double[] v) {
    double sum = 0;
    for (int state = 0; state < 1 << b.length; state++) {
      double energy = 0;
      for (int i = 0; i < c.length; i++) {
        energy +=
            (gaussian ? (v[i] - c[i]) * (v[i] - c[i]) / 2 : -c[i] * v[i]) - v[i] * field(state, i);
      }
      for (int j = 0; j < b.length; j++) {
        energy -= b[j] * on(state, j);
      }
      sum += Math.exp(-energy);
    }
    return -Math.log(sum);
  }

  /** Mean of log p(v). */
  double logLikelihood(double[][] rows) {
    double sum = 0;
    for (double[] v : rows) {
      sum -= freeEnergy(v);
    }
    return sum / rows.length - logPartition();
  }

  /** Gradient of the mean of -log p(v), laid out as the learner's. */
  double[] gradient(double[][] rows) {
    double[] gradient = new double[c.length * b.length + b.length + c.length];
    for (double[] v : rows) {
      add(gradient, v, hiddenMeans(v), -1.0 / rows.length);
    }
    double partition = logPartition();
    for (int state = 0; state < 1 << b.length; state++) {
      double[] h = new double[b.length];
      for (int j = 0; j < b.length; j++) {
        h[j] = on(state, j);
      }
      add(gradient, visibleMeans(state), h, Math.exp(hiddenLogWeight(state) - partition));
    }
    return gradient;
  }

  /** Expectation of CD-1 that draws hidden states and takes means of everything else. */
  double[] oneStep(double[][] rows) {
    double[] expected = new double[c.length * b.length + b.length + c.length];
    for (double[] v : rows) {
      double[] h = hiddenMeans(v);
      add(expected, v, h, -1.0 / rows.length);
      for (int state = 0; state < 1 << b.length; state++) {
        double probability = 1;
        for (int j = 0; j < b.length; j++) {
          probability *= on(state, j) == 1 ? h[j] : 1 - h[j];
        }
        double[] reconstruction = visibleMeans(state);
        add(expected, reconstruction, hiddenMeans(reconstruction), probability / rows.length);
      }
    }
    return expected;
  }

  private double[] hiddenMeans(double[] v) {
    double[] h = new double[b.length];
    for (int j = 0; j < b.length; j++) {
      double x = b[j];
      for (int i = 0; i < c.length; i++) {
        x += v[i] * w[i][j];
      }
      h[j] = 1 / (1 + Math.exp(-x));
    }
    return h;
  }

  private double[] visibleMeans(int state) {
    double[] v = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      double z = c[i] + field(state, i);
      v[i] = gaussian ? z : 1 / (1 + Math.exp(-z));
    }
    return v;
  }

  private void add(double[] gradient, double[] v, double[] h, double factor) {
    int products = c.length * b.length;
    for (int j = 0; j < b.length; j++) {
      for (int i = 0; i < c.length; i++) {
        gradient[j * c.length + i] += factor * v[i] * h[j];
      }
      gradient[products + j] += factor * h[j];
    }
    for (int i = 0; i < c.length; i++) {
      gradient[products + b.length + i] += factor * v[i];
    }
  }
}
