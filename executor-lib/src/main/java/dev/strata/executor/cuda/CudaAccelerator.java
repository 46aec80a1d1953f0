package dev.strata.executor.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Function;
import dev.strata.executor.accelerator.Rule;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One learner's share of a GPU: a stream, a handle of cuBLAS with a workspace of its own, by which
 * its products are the same in every run, and its arrays. Products are in float32, not in TF32,
 * unless the environment says otherwise ({@code NVIDIA_TF32_OVERRIDE}).
 */
final class CudaAccelerator implements Accelerator {
  /** Places of the loss: one for each block of a kernel that adds to it. */
  private static final int PLACES = 1024;

  private static final int MOST_BLOCKS = 4096;
  private static final int COLUMNS = 32;

  /** Arguments of the update kernel, of which most rules need fewer. */
  private static final int MOST_STATE = 3;

  private static final int MOST_NUMBERS = 8;
  private static final long WORKSPACE = 32L << 20;
  private static final String RESERVING = "reserving memory";

  private final String name;
  private final CudaContext context;
  private final long stream;
  private long blas;
  private final Launch launch;
  private final Staging staging;
  private final List<Long> memory = new ArrayList<>();
  private long losses;
  private long squares;
  private boolean closed;
  private final Memory scalars = new Memory(2L * Float.BYTES);
  private final Memory lossPlaces = new Memory((long) PLACES * Double.BYTES);

  /**
   * @param name of the GPU
   */
  CudaAccelerator(String name, CudaContext context) {
    this.name = name;
    this.context = context;
    context.enter();
    long[] made = {0};
    Cuda.check(DriverLibrary.cuStreamCreate(made, DriverLibrary.NON_BLOCKING), "making a stream");
    stream = made[0];
    staging = new Staging(stream);
    launch = new Launch(context, stream);
    boolean whole = false;
    try {
      Cuda.checkBlas(BlasLibrary.cublasCreate_v2(made), "starting cuBLAS");
      blas = made[0];
      Cuda.checkBlas(BlasLibrary.cublasSetStream_v2(blas, stream), "starting cuBLAS");
      long workspace = reserve(WORKSPACE);
      Cuda.checkBlas(
          BlasLibrary.cublasSetWorkspace_v2(blas, workspace, WORKSPACE), "starting cuBLAS");
      losses = reserve((long) PLACES * Double.BYTES);
      squares = reserve((long) PLACES * Double.BYTES);
      staging.reserve();
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CudaArray allocate(long length) {
    context.enter();
    return new CudaArray(reserve(Math.max(1, length) * Float.BYTES), length);
  }

  /** Memory of zeros. */
  private long reserve(long bytes) {
    long[] address = {0};
    Cuda.check(DriverLibrary.cuMemAlloc_v2(address, bytes), RESERVING);
    memory.add(address[0]);
    clear(address[0], bytes);
    return address[0];
  }

  private void clear(long address, long bytes) {
    Cuda.check(
        DriverLibrary.cuMemsetD32Async(address, 0, bytes / Integer.BYTES, stream), RESERVING);
  }

  @Override
  public void write(INDArray from, DeviceArray into) {
    context.enter();
    CudaArray target = of(into);
    if (from.length() > target.length()) {
      throw new IllegalArgumentException(from.length() + " numbers into " + target.length());
    }
    staging.write(address(from), target.address(), from.length() * Float.BYTES);
    // The array may be garbage by now, and its memory with it.
    Reference.reachabilityFence(from);
  }

  @Override
  public void read(DeviceArray from, INDArray into) {
    context.enter();
    CudaArray source = of(from);
    if (into.length() > source.length()) {
      throw new IllegalArgumentException(source.length() + " numbers into " + into.length());
    }
    staging.read(source.address(), address(into), into.length() * Float.BYTES);
    Reference.reachabilityFence(into);
  }

  private static long address(INDArray array) {
    if (array.dataType() != DataType.FLOAT || array.elementWiseStride() != 1) {
      throw new IllegalArgumentException(
          array.dataType() + " with stride " + array.elementWiseStride());
    }
    return array.data().addressPointer().address();
  }

  @Override
  public void combine(DeviceArray into, float beta, DeviceArray from, float alpha) {
    context.enter();
    long length = into.length();
    same(length, from);
    launch.add(of(into)).add(beta).add(of(from)).add(alpha).add(length);
    each(Kernel.COMBINE, length);
  }

  @Override
  public void forward(
      DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out) {
    check(rows, b, in);
    check(weights, in, out);
    check(into, b, out);
    multiply(out, b, in, 1, of(weights), in, true, of(rows), in, false, 0, of(into));
  }

  @Override
  public void back(
      DeviceArray rows, DeviceArray weights, DeviceArray into, int b, int in, int out) {
    check(rows, b, out);
    check(weights, in, out);
    check(into, b, in);
    multiply(in, b, out, 1, of(weights), in, false, of(rows), out, false, 0, of(into));
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
    check(left, b, in);
    check(right, b, out);
    check(into, in, out);
    multiply(in, out, b, alpha, of(left), in, false, of(right), out, true, beta, of(into));
  }

  private void multiply(
      int m,
      int n,
      int k,
      float alpha,
      CudaArray left,
      int leadOfLeft,
      boolean leftTransposed,
      CudaArray right,
      int leadOfRight,
      boolean rightTransposed,
      float beta,
      CudaArray into) {
    context.enter();
    scalars.setFloat(0, alpha);
    scalars.setFloat(Float.BYTES, beta);
    long factors = Pointer.nativeValue(scalars);
    int status =
        BlasLibrary.cublasSgemm_v2(
            blas,
            leftTransposed ? BlasLibrary.TRANSPOSED : BlasLibrary.PLAIN,
            rightTransposed ? BlasLibrary.TRANSPOSED : BlasLibrary.PLAIN,
            m,
            n,
            k,
            factors,
            left.address(),
            leadOfLeft,
            right.address(),
            leadOfRight,
            factors + Float.BYTES,
            into.address(),
            m);
    Cuda.checkBlas(status, "multiplying matrices");
  }

  @Override
  public void sumRows(DeviceArray rows, DeviceArray into, int b, int n, float alpha, float beta) {
    context.enter();
    check(rows, b, n);
    check(into, 1, n);
    launch.add(of(rows)).add(of(into)).add(b).add(n).add(alpha).add(beta);
    launch.run(Kernel.SUM_ROWS, (n + COLUMNS - 1) / COLUMNS);
  }

  @Override
  public void addToRows(DeviceArray rows, DeviceArray vector, int b, int n, float alpha) {
    context.enter();
    long length = check(rows, b, n);
    check(vector, 1, n);
    launch.add(of(rows)).add(of(vector)).add(length).add(n).add(alpha);
    each(Kernel.ADD_TO_ROWS, length);
  }

  @Override
  public void activate(Function f, DeviceArray z, DeviceArray bias, DeviceArray h, int b, int n) {
    context.enter();
    long length = check(z, b, n);
    check(h, b, n);
    check(bias, 1, n);
    function(f).add(of(z)).add(of(bias)).add(of(h)).add(length).add(n);
    each(Kernel.ACTIVATE, length);
  }

  @Override
  public void timesSlope(Function f, DeviceArray delta, DeviceArray z, DeviceArray h) {
    if (f.kind() == Function.Kind.IDENTITY) {
      return;
    }
    context.enter();
    long length = delta.length();
    same(length, z);
    same(length, h);
    function(f).add(of(delta)).add(of(z)).add(of(h)).add(length);
    each(Kernel.TIMES_SLOPE, length);
  }

  private Launch function(Function f) {
    return launch.add(f.kind().ordinal()).add(f.alpha());
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
    context.enter();
    loss(z, bias, labels, weights, b, n);
    launch.add(factor).add(losses);
    launch.run(Kernel.SOFTMAX_LOSS, Math.min(b, PLACES));
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
    context.enter();
    loss(z, bias, x, weights, b, n);
    launch.add(scale).add(factor).add(losses);
    launch.run(Kernel.SIGMOID_LOSS, Math.min(b, PLACES));
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
    context.enter();
    function(f);
    loss(z, bias, x, weights, b, n);
    launch.add(scale).add(factor).add(losses);
    launch.run(Kernel.SQUARED_LOSS, Math.min(b, PLACES));
  }

  private void loss(
      DeviceArray z, DeviceArray bias, DeviceArray x, DeviceArray weights, int b, int n) {
    check(z, b, n);
    check(bias, 1, n);
    check(x, b, n);
    long weight = 0;
    if (weights != null) {
      check(weights, b, 1);
      weight = of(weights).address();
    }
    launch.add(of(z)).add(of(bias)).add(of(x)).add(weight).add(b).add(n);
  }

  @Override
  public void distance(DeviceArray x, DeviceArray y, int b, int n, double factor) {
    context.enter();
    long length = check(x, b, n);
    check(y, b, n);
    launch.add(of(x)).add(of(y)).add(length).add(factor).add(losses);
    launch.run(Kernel.DISTANCE, blocks(length, PLACES));
  }

  @Override
  public void decay(DeviceArray gradient, DeviceArray w, float lambda, double factor) {
    penalty(Kernel.DECAY, gradient, w, lambda, factor);
  }

  @Override
  public void shrink(DeviceArray gradient, DeviceArray w, float lambda, double factor) {
    penalty(Kernel.SHRINK, gradient, w, lambda, factor);
  }

  private void penalty(
      Kernel kernel, DeviceArray gradient, DeviceArray w, float lambda, double factor) {
    context.enter();
    long length = w.length();
    same(length, gradient);
    launch.add(of(gradient)).add(of(w)).add(lambda).add(length).add(factor).add(losses);
    launch.run(kernel, blocks(length, PLACES));
  }

  @Override
  public double takeLoss() {
    context.enter();
    staging.read(losses, Pointer.nativeValue(lossPlaces), lossPlaces.size());
    clear(losses, lossPlaces.size());
    double sum = 0;
    for (int i = 0; i < PLACES; i++) {
      sum += lossPlaces.getDouble((long) i * Double.BYTES);
    }
    return sum;
  }

  @Override
  public void replace(
      DeviceArray source, double share, boolean ones, DeviceArray into, long key, int position) {
    context.enter();
    long length = into.length();
    same(length, source);
    launch.add(of(source)).add((int) Math.round(share * (1L << 31))).add(ones ? 1 : 0);
    launch.add(of(into)).key(key).add(position).add(length);
    each(Kernel.REPLACE, length);
  }

  @Override
  public void gaussian(
      DeviceArray mean, float deviation, DeviceArray into, long key, int position) {
    context.enter();
    long length = into.length();
    same(length, mean);
    launch.add(of(mean)).add(deviation).add(of(into)).key(key).add(position).add(length);
    each(Kernel.GAUSSIAN, length);
  }

  @Override
  public void bernoulli(DeviceArray p, DeviceArray into, long key, int position) {
    drawn(Kernel.BERNOULLI, p, into, key, position);
  }

  @Override
  public void rectified(DeviceArray z, DeviceArray into, long key, int position) {
    drawn(Kernel.RECTIFIED, z, into, key, position);
  }

  private void drawn(Kernel kernel, DeviceArray from, DeviceArray into, long key, int position) {
    context.enter();
    long length = into.length();
    same(length, from);
    launch.add(of(from)).add(of(into)).key(key).add(position).add(length);
    each(kernel, length);
  }

  @Override
  public void dropout(DeviceArray x, double retain, DeviceArray into, long key, int position) {
    context.enter();
    long length = into.length();
    same(length, x);
    launch.add(of(x)).add((float) retain).add(of(into)).key(key).add(position).add(length);
    each(Kernel.DROPOUT, length);
  }

  @Override
  public void clipValues(DeviceArray gradient, float threshold) {
    context.enter();
    launch.add(of(gradient)).add(threshold).add(gradient.length());
    each(Kernel.CLIP_VALUES, gradient.length());
  }

  @Override
  public void clipLength(DeviceArray gradient, float threshold, boolean renormalize, int rows) {
    context.enter();
    long length = gradient.length();
    int parts = blocks(length, PLACES);
    launch.add(of(gradient)).add(squares).add(length);
    launch.run(Kernel.SQUARES, parts);
    launch.add(of(gradient)).add(squares).add(parts).add(threshold).add(renormalize ? 1 : 0);
    launch.add((float) rows).add(length);
    each(Kernel.SCALE_BY_LENGTH, length);
  }

  @Override
  public void step(
      Rule rule,
      DeviceArray w,
      DeviceArray gradient,
      List<DeviceArray> state,
      float[] numbers,
      int rows) {
    if (state.size() != rule.state() || numbers.length != rule.numbers()) {
      throw new IllegalArgumentException(
          rule + " with " + state.size() + " vectors and " + numbers.length + " numbers");
    }
    context.enter();
    long length = w.length();
    same(length, gradient);
    launch.add(rule.ordinal()).add(of(w)).add(of(gradient));
    for (int i = 0; i < MOST_STATE; i++) {
      if (i < state.size()) {
        same(length, state.get(i));
        launch.add(of(state.get(i)));
      } else {
        launch.add(0L);
      }
    }
    launch.add((float) rows);
    for (int i = 0; i < MOST_NUMBERS; i++) {
      launch.add(i < numbers.length ? numbers[i] : 0f);
    }
    launch.add(length);
    each(Kernel.UPDATE, length);
  }

  private void each(Kernel kernel, long length) {
    launch.run(kernel, blocks(length, MOST_BLOCKS));
  }

  private static int blocks(long length, int most) {
    return (int) Math.max(1, Math.min(most, (length + Launch.THREADS - 1) / Launch.THREADS));
  }

  private static CudaArray of(DeviceArray array) {
    return (CudaArray) array;
  }

  private static long check(DeviceArray array, long rows, long columns) {
    same(rows * columns, array);
    return rows * columns;
  }

  private static void same(long length, DeviceArray array) {
    if (array.length() < length) {
      throw new IllegalArgumentException(array.length() + " numbers, not " + length);
    }
  }

  /** Also where the GPU has failed: answers are not looked at. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.enterQuietly();
    DriverLibrary.cuStreamSynchronize(stream);
    if (blas != 0) {
      BlasLibrary.cublasDestroy_v2(blas);
    }
    staging.close();
    memory.forEach(DriverLibrary::cuMemFree_v2);
    memory.clear();
    DriverLibrary.cuStreamDestroy_v2(stream);
  }
}
