package dev.strata.executor.accelerator;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays and operations of one learner on an accelerator. Operations are carried out in the order
 * of the calls; only {@link #read} and {@link #takeLoss} wait for them. All numbers are float32.
 * Rows are in C order, {@code [b, n]}; weights are {@code [in, out]} in Fortran order, as in DL4J's
 * flat vectors. The same calls on the same device give the same bits: sums have a fixed order.
 *
 * <p>Random numbers are those of {@code kernels.RandomNumbers}: element i of an operation takes the
 * number at {@code position + i} of its key (where an operation takes others, it says so), so that
 * a learner draws the same numbers on every device.
 *
 * <p>An instance belongs to one thread at a time.
 */
public interface Accelerator extends AutoCloseable {
  /** What computes, for messages, such as {@code NVIDIA H200}. */
  String name();

  /** A new array of zeros. It lives until the accelerator is closed. */
  DeviceArray allocate(long length);

  /**
   * Copies an array to the device; it may be changed as soon as the call returns.
   *
   * @param from float32, its elements one after the other, not more than {@code into} has
   */
  void write(INDArray from, DeviceArray into);

  /** Waits for all operations and copies numbers back, as many as {@code into} has. */
  void read(DeviceArray from, INDArray into);

  /** {@code into = alpha from + beta into}, element by element, over {@code into}'s length. */
  void combine(DeviceArray into, float beta, DeviceArray from, float alpha);

  /** {@code into = rows W}: {@code [b, in]} to {@code [b, out]}. */
  void forward(DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out);

  /** {@code into = rows W'}: {@code [b, out]} to {@code [b, in]}. */
  void back(DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out);

  /**
   * {@code into = alpha left' right + beta into}: {@code [b, in]} and {@code [b, out]} to {@code
   * [in, out]} in Fortran order.
   */
  void outer(
      DeviceArray left,
      DeviceArray right,
      DeviceArray into,
      int b,
      int in,
      int out,
      float alpha,
      float beta);

  /** {@code into = alpha Σ rows + beta into}: {@code [b, n]} to {@code [n]}. */
  void sumRows(DeviceArray rows, DeviceArray into, int b, int n, float alpha, float beta);

  /** {@code rows += vector}, to each row: {@code [b, n]} and {@code [n]}. */
  void addToRows(DeviceArray rows, DeviceArray vector, int b, int n, float alpha);

  /**
   * {@code z = z + bias; h = f(z)}.
   *
   * @param z {@code [b, n]}
   * @param bias {@code [n]}
   * @param h {@code [b, n]}; may be z itself
   */
  void activate(Function f, DeviceArray z, DeviceArray bias, DeviceArray h, int b, int n);

  /**
   * {@code delta = delta · f'(z)}, element by element over delta's length.
   *
   * @param z with the bias, as {@link #activate} leaves it; not read by identity, sigmoid, tanh,
   *     relu, leaky relu with α ≥ 0 and elu, whose derivative follows from h
   * @param h f(z)
   */
  void timesSlope(Function f, DeviceArray delta, DeviceArray z, DeviceArray h);

  /**
   * Softmax and cross-entropy: {@code p = softmax(z + bias)}; adds {@code factor · Σ w (-Σ y ln p)}
   * to the loss; z becomes {@code w (p - y)}. A p below 1e-10 counts as 1e-10 in the loss.
   *
   * @param labels y, {@code [b, n]}, whose rows have sum 1
   * @param weights w, {@code [b]}; null for 1
   */
  void softmaxLoss(
      DeviceArray z,
      DeviceArray bias,
      DeviceArray labels,
      DeviceArray weights,
      int b,
      int n,
      double factor);

  /**
   * Cross-entropy of sigmoids from logits: with {@code r = sigmoid(z + bias)}, adds {@code factor ·
   * Σ w (-x ln r - (1 - x) ln(1 - r))} to the loss; z becomes {@code scale · w (r - x)}.
   *
   * @param weights w, {@code [b]}; null for 1
   */
  void sigmoidLoss(
      DeviceArray z,
      DeviceArray bias,
      DeviceArray x,
      DeviceArray weights,
      int b,
      int n,
      float scale,
      double factor);

  /**
   * Squared error: with {@code r = f(z + bias)}, adds {@code factor · Σ w (r - x)²} to the loss; z
   * becomes {@code scale · w (r - x) · f'(z)}.
   *
   * @param f a function whose derivative follows from its value (see {@link #timesSlope})
   * @param weights w, {@code [b]}; null for 1
   */
  void squaredLoss(
      Function f,
      DeviceArray z,
      DeviceArray bias,
      DeviceArray x,
      DeviceArray weights,
      int b,
      int n,
      float scale,
      double factor);

  /** Adds {@code factor · Σ (x - y)²} to the loss: {@code [b, n]} each. */
  void distance(DeviceArray x, DeviceArray y, int b, int n, double factor);

  /**
   * Adds {@code factor · Σ w²} to the loss and {@code λ w} to the gradient.
   *
   * @param gradient of w's length
   */
  void decay(DeviceArray gradient, DeviceArray w, float lambda, double factor);

  /** Adds {@code factor · Σ |w|} to the loss and {@code λ sign(w)} to the gradient. */
  void shrink(DeviceArray gradient, DeviceArray w, float lambda, double factor);

  /** Waits for all operations; the loss that they have added up in float64, which is 0 after. */
  double takeLoss();

  /**
   * {@code into} is the source with elements replaced where the first 31 bits of their number are
   * below {@code share · 2³¹}, rounded: by 0, or, where {@code ones}, by the number's last bit.
   */
  void replace(
      DeviceArray source, double share, boolean ones, DeviceArray into, long key, int position);

  /** {@code into = mean + deviation · N(0, 1)}, the numbers of {@code RandomNumbers.gaussian}. */
  void gaussian(DeviceArray mean, float deviation, DeviceArray into, long key, int position);

  /** {@code into} is 1 where the uniform number is below p, else 0. */
  void bernoulli(DeviceArray p, DeviceArray into, long key, int position);

  /** {@code into = max(0, z + N(0, sigmoid(z)))}, the numbers of {@code RandomNumbers.gaussian}. */
  void rectified(DeviceArray z, DeviceArray into, long key, int position);

  /**
   * Dropout: {@code into} is {@code x / retain} where the uniform number is below {@code retain},
   * else 0. Of a gradient, with the same key and position, what comes back through it.
   */
  void dropout(DeviceArray x, double retain, DeviceArray into, long key, int position);

  /** Brings each element of the gradient into ± threshold. */
  void clipValues(DeviceArray gradient, float threshold);

  /**
   * Scales a gradient by its length ‖g‖: to {@code threshold} where it is longer, or, where {@code
   * renormalize}, always to 1; a gradient of zeros is divided by 1e-5 then, as in DL4J. One whose
   * length is not finite stays as it is, unless it is renormalized.
   *
   * @param rows ‖g‖ is that of the gradient divided by this
   */
  void clipLength(DeviceArray gradient, float threshold, boolean renormalize, int rows);

  /**
   * A whole update: {@code g = gradient / rows}, then the rule's step s, {@code w -= s}.
   *
   * @param state as many vectors as the rule keeps, of the parameters' length
   * @param numbers as many as the rule takes
   */
  void step(
      Rule rule,
      DeviceArray w,
      DeviceArray gradient,
      List<DeviceArray> state,
      float[] numbers,
      int rows);

  @Override
  void close();
}
