package dev.strata.bench;

import dev.strata.executor.device.BlasThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How fast this machine multiplies matrices of a layer's sizes, at best: several threads, each with
 * arrays of its own that are there already, nothing between the products.
 *
 * @param threads at once
 * @param batch rows of a minibatch b
 * @param nanos each measurement takes, at least
 */
record GemmCeiling(int threads, int batch, long nanos) {
  /**
   * Seconds that one thread takes for the five products of a step of an autoencoder or of CD-1
   * while the others do the same: encode and decode forward, the error back to the hidden units,
   * and both gradients of the weights.
   */
  double secondsPerStep(int inputs, int units) {
    return seconds(
        () -> {
          Arrays a = new Arrays(batch, inputs, units);
          return () -> {
            a.forward(a.rows, a.weights, a.hidden);
            a.forward(a.hidden, a.back, a.output);
            a.backward(a.output, a.back, a.hidden);
            a.outer(a.hidden, a.output, a.back);
            a.outer(a.rows, a.hidden, a.weights);
          };
        });
  }

  /** Seconds that one thread takes for the one product that gives a minibatch's activations. */
  double secondsPerActivation(int inputs, int units) {
    return seconds(
        () -> {
          Arrays a = new Arrays(batch, inputs, units);
          return () -> a.forward(a.rows, a.weights, a.hidden);
        });
  }

  private double seconds(Callable<Runnable> work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> measured = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        measured.add(pool.submit(() -> measure(work.call())));
      }
      double sum = 0;
      for (Future<Double> one : measured) {
        sum += one.get();
      }
      return sum / threads;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdown();
    }
  }

  private double measure(Runnable step) {
    BlasThreads.single();
    for (int i = 0; i < 10; i++) {
      step.run();
    }
    long begun = System.nanoTime();
    long steps = 0;
    while (System.nanoTime() - begun < nanos) {
      step.run();
      steps++;
    }
    return (System.nanoTime() - begun) / 1e9 / steps;
  }

  /** Everything in Fortran order, rows as columns: {@code [n, b]}, weights {@code [in, out]}. */
  private static final class Arrays {
    private final INDArray rows;
    private final INDArray hidden;
    private final INDArray output;
    private final INDArray weights;
    private final INDArray back;

    Arrays(int batch, int inputs, int units) {
      rows = filled(inputs, batch);
      hidden = filled(units, batch);
      output = filled(inputs, batch);
      weights = filled(inputs, units);
      back = filled(units, inputs);
    }

    private static INDArray filled(int rows, int columns) {
      return Nd4j.createUninitializedDetached(DataType.FLOAT, 'f', rows, columns).assign(1e-3);
    }

    void forward(INDArray from, INDArray by, INDArray to) {
      Nd4j.gemm(by, from, to, true, false, 1, 0);
    }

    void backward(INDArray from, INDArray by, INDArray to) {
      Nd4j.gemm(by, from, to, false, false, 1, 0);
    }

    /** The gradient's size without its growth: nothing becomes infinite however often it runs. */
    void outer(INDArray left, INDArray right, INDArray to) {
      Nd4j.gemm(left, right, to, false, true, 1e-9, 0);
    }
  }
}
