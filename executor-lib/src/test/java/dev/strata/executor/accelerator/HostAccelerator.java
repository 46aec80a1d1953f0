package dev.strata.executor.accelerator;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Accelerator} by its formulas in plain loops on Java arrays: what tests compare with, and a
 * stand-in for a GPU where there is none. Memory starts as zeros, losses add up in float64.
 */
public final class HostAccelerator implements Accelerator {
  private double loss;
  private boolean closed;

  @Override
  public String name() {
    return "plain loops";
  }

  @Override
  public DeviceArray allocate(long length) {
    requireOpen();
    return new HostArray(new float[Math.toIntExact(length)], 0, (int) length);
  }

  @Override
  public void write(INDArray from, DeviceArray into) {
    requireOpen();
    HostArray target = HostArray.of(into.part(0, from.length()));
    FlatMemory.floats(from).get(target.memory(), target.from(), target.size());
  }

  @Override
  public void read(DeviceArray from, INDArray into) {
    requireOpen();
    HostArray source = HostArray.of(from.part(0, into.length()));
    FloatBuffer target = FlatMemory.floats(into);
    target.put(source.memory(), source.from(), source.size());
  }

  @Override
  public void combine(DeviceArray into, float beta, DeviceArray from, float alpha) {
    HostArray target = open(into);
    HostArray source = open(from);
    for (int i = 0; i < target.size(); i++) {
      float kept = beta == 0 ? 0 : beta * target.get(i);
      target.set(i, alpha * source.get(i) + kept);
    }
  }

  @Override
  public void forward(
      DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out) {
    HostProducts.forward(open(rows), open(weights), open(into), b, in, out);
  }

  @Override
  public void back(
      DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out) {
    HostProducts.back(open(rows), open(weights), open(into), b, in, out);
  }

  @Override
  public void outer(
      DeviceArray left,
      DeviceArray right,
      DeviceArray into,
      int b,
      int in,
      int out,
      float alpha,
      float beta) {
    HostProducts.outer(open(left), open(right), open(into), new int[] {b, in, out}, alpha, beta);
  }

  @Override
  public void sumRows(DeviceArray rows, DeviceArray into, int b, int n, float alpha, float beta) {
    HostArray source = open(rows);
    HostArray target = open(into);
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int r = 0; r < b; r++) {
        sum += source.get(r * n + j);
      }
      target.set(j, alpha * sum + (beta == 0 ? 0 : beta * target.get(j)));
    }
  }

  @Override
  public void addToRows(DeviceArray rows, DeviceArray vector, int b, int n, float alpha) {
    HostArray target = open(rows);
    HostArray addend = open(vector);
    for (int i = 0; i < b * n; i++) {
      target.set(i, target.get(i) + alpha * addend.get(i % n));
    }
  }

  @Override
  public void activate(Function f, DeviceArray z, DeviceArray bias, DeviceArray h, int b, int n) {
    HostArray values = open(h);
    addToRows(z, bias, b, n, 1);
    HostArray inputs = open(z);
    for (int i = 0; i < b * n; i++) {
      values.set(i, Formulas.value(f, inputs.get(i)));
    }
  }

  @Override
  public void timesSlope(Function f, DeviceArray delta, DeviceArray z, DeviceArray h) {
    HostArray product = open(delta);
    boolean fromValue = Formulas.slopeFollowsFromValue(f);
    HostArray of = open(fromValue ? h : z);
    for (int i = 0; i < product.size(); i++) {
      double slope =
          fromValue ? Formulas.slopeFromValue(f, of.get(i)) : Formulas.slope(f, of.get(i));
      product.set(i, product.get(i) * slope);
    }
  }

  @Override
  public void softmaxLoss(
      DeviceArray z,
      DeviceArray bias,
      DeviceArray labels,
      DeviceArray weights,
      int b,
      int n,
      double factor) {
    addToRows(z, bias, b, n, 1);
    HostArray row = open(z);
    HostArray y = open(labels);
    for (int r = 0; r < b; r++) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int i = r * n; i < (r + 1) * n; i++) {
        greatest = Math.max(greatest, row.get(i));
      }
      double total = 0;
      for (int i = r * n; i < (r + 1) * n; i++) {
        total += Math.exp(row.get(i) - greatest);
      }
      double weight = weight(weights, r);
      for (int i = r * n; i < (r + 1) * n; i++) {
        double p = Math.exp(row.get(i) - greatest) / total;
        loss -= factor * weight * y.get(i) * Math.log(Math.max(1e-10, p));
        row.set(i, weight * (p - y.get(i)));
      }
    }
  }

  @Override
  public void sigmoidLoss(
      DeviceArray z,
      DeviceArray bias,
      DeviceArray x,
      DeviceArray weights,
      int b,
      int n,
      float scale,
      double factor) {
    addToRows(z, bias, b, n, 1);
    HostArray logits = open(z);
    HostArray targets = open(x);
    for (int i = 0; i < b * n; i++) {
      double logit = logits.get(i);
      double weight = weight(weights, i / n);
      loss += factor * weight * (Formulas.softplus(logit) - targets.get(i) * logit);
      logits.set(i, scale * weight * (Formulas.sigmoid(logit) - targets.get(i)));
    }
  }

  @Override
  public void squaredLoss(
      Function f,
      DeviceArray z,
      DeviceArray bias,
      DeviceArray x,
      DeviceArray weights,
      int b,
      int n,
      float scale,
      double factor) {
    activate(f, z, bias, z, b, n);
    HostArray values = open(z);
    HostArray targets = open(x);
    for (int i = 0; i < b * n; i++) {
      double difference = values.get(i) - targets.get(i);
      double weight = weight(weights, i / n);
      loss += factor * weight * difference * difference;
      values.set(i, scale * weight * difference * Formulas.slopeFromValue(f, values.get(i)));
    }
  }

  private static double weight(DeviceArray weights, int row) {
    return weights == null ? 1 : HostArray.of(weights).get(row);
  }

  @Override
  public void distance(DeviceArray x, DeviceArray y, int b, int n, double factor) {
    HostArray first = open(x);
    HostArray second = open(y);
    for (int i = 0; i < b * n; i++) {
      double difference = first.get(i) - second.get(i);
      loss += factor * difference * difference;
    }
  }

  @Override
  public void decay(DeviceArray gradient, DeviceArray w, float lambda, double factor) {
    HostArray sums = open(gradient);
    HostArray weights = open(w);
    for (int i = 0; i < weights.size(); i++) {
      double weight = weights.get(i);
      loss += factor * weight * weight;
      sums.set(i, sums.get(i) + lambda * weight);
    }
  }

  @Override
  public void shrink(DeviceArray gradient, DeviceArray w, float lambda, double factor) {
    HostArray sums = open(gradient);
    HostArray weights = open(w);
    for (int i = 0; i < weights.size(); i++) {
      loss += factor * Math.abs(weights.get(i));
      sums.set(i, sums.get(i) + lambda * Math.signum(weights.get(i)));
    }
  }

  @Override
  public double takeLoss() {
    requireOpen();
    double sum = loss;
    loss = 0;
    return sum;
  }

  @Override
  public void replace(
      DeviceArray source, double share, boolean ones, DeviceArray into, long key, int position) {
    HostArray from = open(source);
    HostArray to = open(into);
    int[] bits = HostRandom.bits(key, position, to.size());
    long threshold = Math.round(share * (1L << 31));
    for (int i = 0; i < to.size(); i++) {
      boolean replaced = bits[i] >>> 1 < threshold;
      to.set(i, replaced ? ones ? bits[i] & 1 : 0 : from.get(i));
    }
  }

  @Override
  public void gaussian(
      DeviceArray mean, float deviation, DeviceArray into, long key, int position) {
    HostArray means = open(mean);
    HostArray to = open(into);
    float[] normal = HostRandom.gaussian(key, position, to.size());
    for (int i = 0; i < to.size(); i++) {
      to.set(i, means.get(i) + deviation * normal[i]);
    }
  }

  @Override
  public void bernoulli(DeviceArray p, DeviceArray into, long key, int position) {
    HostArray probabilities = open(p);
    HostArray to = open(into);
    float[] uniform = HostRandom.uniform(key, position, to.size());
    for (int i = 0; i < to.size(); i++) {
      to.set(i, uniform[i] < probabilities.get(i) ? 1 : 0);
    }
  }

  @Override
  public void rectified(DeviceArray z, DeviceArray into, long key, int position) {
    HostArray inputs = open(z);
    HostArray to = open(into);
    float[] normal = HostRandom.gaussian(key, position, to.size());
    for (int i = 0; i < to.size(); i++) {
      double deviation = Math.sqrt(Formulas.sigmoid(inputs.get(i)));
      to.set(i, Math.max(0, inputs.get(i) + (float) deviation * normal[i]));
    }
  }

  @Override
  public void dropout(DeviceArray x, double retain, DeviceArray into, long key, int position) {
    HostArray values = open(x);
    HostArray to = open(into);
    float[] uniform = HostRandom.uniform(key, position, to.size());
    for (int i = 0; i < to.size(); i++) {
      to.set(i, uniform[i] < (float) retain ? values.get(i) / (float) retain : 0);
    }
  }

  @Override
  public void clipValues(DeviceArray gradient, float threshold) {
    HostArray values = open(gradient);
    for (int i = 0; i < values.size(); i++) {
      values.set(i, Math.max(-threshold, Math.min(threshold, values.get(i))));
    }
  }

  @Override
  public void clipLength(DeviceArray gradient, float threshold, boolean renormalize, int rows) {
    HostArray values = open(gradient);
    double squares = 0;
    for (int i = 0; i < values.size(); i++) {
      squares += (double) values.get(i) * values.get(i);
    }
    double length = Math.sqrt(squares) / rows;
    double factor =
        renormalize ? 1 / (length == 0 ? 1e-5 : length) : Math.min(1, threshold / length);
    if (renormalize || length > threshold && Double.isFinite(length)) {
      combine(values, (float) factor, values, 0);
    }
  }

  @Override
  public void step(
      Rule rule,
      DeviceArray w,
      DeviceArray gradient,
      List<DeviceArray> state,
      float[] numbers,
      int rows) {
    HostArray parameters = open(w);
    HostArray gradients = open(gradient);
    double[] kept = new double[rule.state()];
    for (int i = 0; i < parameters.size(); i++) {
      for (int k = 0; k < kept.length; k++) {
        kept[k] = open(state.get(k)).get(i);
      }
      double step = Formulas.step(rule, gradients.get(i) / rows, kept, numbers);
      parameters.set(i, parameters.get(i) - (float) step);
      for (int k = 0; k < kept.length; k++) {
        open(state.get(k)).set(i, kept[k]);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Whether {@link #close} has been called. */
  public boolean isClosed() {
    return closed;
  }

  private HostArray open(DeviceArray array) {
    requireOpen();
    return HostArray.of(array);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this accelerator is closed");
    }
  }
}
