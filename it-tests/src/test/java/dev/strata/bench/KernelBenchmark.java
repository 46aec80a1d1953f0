package dev.strata.bench;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.HeldState;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.ReconstructionLoss;
import dev.strata.executor.kernels.Replacement;
import dev.strata.executor.kernels.Sampling;
import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.kernels.Sums;
import dev.strata.executor.kernels.UnitInterval;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of each numeric loop over one minibatch of outputs, {@code [rows, columns]} floats, on one
 * thread; and of the same with ND4J's operations, where there are such.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class KernelBenchmark {
  private static final float RATE = 1e-6f;

  /** Rows of the minibatch. */
  @Param("128")
  public int rows;

  /** Units of the layer. */
  @Param("500")
  public int columns;

  private final RandomNumbers random = new RandomNumbers(7);
  private INDArray first;
  private INDArray second;
  private INDArray third;
  private final HeldState none = new HeldState();
  private final HeldState held = new HeldState();
  private INDArray bias;

  /** Random numbers in [0, 1). */
  @Setup
  public void fill() {
    BlasThreads.single();
    first = Nd4j.rand(DataType.FLOAT, rows, columns);
    second = Nd4j.rand(DataType.FLOAT, rows, columns);
    third = Nd4j.rand(DataType.FLOAT, rows, columns);
    bias = Nd4j.rand(DataType.FLOAT, 1, columns);
  }

  @Benchmark
  public INDArray sigmoid() {
    Nonlinearity.SIGMOID.apply(first, bias);
    return first;
  }

  @Benchmark
  public INDArray sigmoidOfNd4j() {
    return Transforms.sigmoid(first.addiRowVector(bias), false);
  }

  @Benchmark
  public INDArray tanh() {
    Nonlinearity.TANH.apply(first, bias);
    return first;
  }

  @Benchmark
  public INDArray tanhOfNd4j() {
    return Transforms.tanh(first.addiRowVector(bias), false);
  }

  @Benchmark
  public INDArray relu() {
    Nonlinearity.RELU.apply(first, bias);
    return first;
  }

  @Benchmark
  public INDArray sigmoidSlope() {
    Nonlinearity.SIGMOID.timesSlope(third, second);
    return third.assign(bias.getFloat(0));
  }

  @Benchmark
  public INDArray sigmoidSlopeOfNd4j() {
    third.muli(Nonlinearity.SIGMOID.slope(second));
    return third.assign(bias.getFloat(0));
  }

  @Benchmark
  public double crossEntropy() {
    return ReconstructionLoss.crossEntropy(first, bias, second, 1);
  }

  @Benchmark
  public double squaredError() {
    return ReconstructionLoss.squaredError(Nonlinearity.SIGMOID, first, bias, second, 1);
  }

  @Benchmark
  public double squares() {
    return ReconstructionLoss.squares(second);
  }

  @Benchmark
  public double squaresOfNd4j() {
    return second.mul(second).sumNumber().doubleValue();
  }

  @Benchmark
  public INDArray sumOfRows() {
    Sums.ofRows(second, bias);
    return bias;
  }

  @Benchmark
  public INDArray sumOfRowsOfNd4j() {
    return bias.assign(second.sum(true, 0));
  }

  @Benchmark
  public INDArray descend() {
    FlatSteps.take(first, second, 1, StepRule.descent(RATE), none);
    return first;
  }

  @Benchmark
  public INDArray descendOfNd4j() {
    return first.subi(second.mul(RATE));
  }

  @Benchmark
  public INDArray momentum() {
    FlatSteps.take(first, second, 1, StepRule.momentum(third, RATE, 0.9f), held);
    return first;
  }

  @Benchmark
  public double decay() {
    return FlatSteps.decay(first, second, RATE);
  }

  @Benchmark
  public INDArray bernoulli() {
    Sampling.bernoulli(second, third, random);
    return third;
  }

  @Benchmark
  public INDArray gaussian() {
    Sampling.gaussian(second, 0.1, third, random);
    return third;
  }

  @Benchmark
  public INDArray gaussianOfNd4j() {
    return third.assign(Nd4j.randn(DataType.FLOAT, rows, columns)).muli(0.1).addi(second);
  }

  @Benchmark
  public INDArray replaceByZeros() {
    Replacement.byZeros(second, 0.3, third, random);
    return third;
  }

  @Benchmark
  public OptionalLong unitInterval() {
    return UnitInterval.firstOutside(second);
  }
}
