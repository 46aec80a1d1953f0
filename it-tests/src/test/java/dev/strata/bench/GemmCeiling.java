package dev.strata.bench;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.Products;
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
 * How fast this machine multiplies matrices of a layer's sizes, at best: by the same direct calls
 * of BLAS as learners, in several threads, each with arrays of its own that are there already,
 * nothing between the products.
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
    return seconds(() -> stepOf(inputs, units));
  }

  /** These five products. */
  Runnable stepOf(int inputs, int units) {
    Arrays a = new Arrays(batch, inputs, units);
    return () -> {
      Products.forward(a.rows, a.weights, a.hidden);
      Products.forward(a.hidden, a.back, a.output);
      Products.back(a.output, a.back, a.delta);
      Products.outer(a.hidden, a.output, a.backGradient, 1, 0);
      Products.outer(a.rows, a.delta, a.gradient, 1, 0);
    };
  }

  /** Seconds that one thread takes for the one product that gives a minibatch's activations. */
  double secondsPerActivation(int inputs, int units) {
    return seconds(
        () -> {
          Arrays a = new Arrays(batch, inputs, units);
          return () -> Products.forward(a.rows, a.weights, a.hidden);
        });
  }

  /**
   * The products of a step of a network of dense layers: each layer forward, the gradient of its
   * weights, and of each but the lowest the error's way back.
   *
   * @param widths of the inputs and of each layer
   */
  Runnable stepOf(List<Integer> widths) {
    List<Arrays> layers = new ArrayList<>();
    for (int i = 1; i < widths.size(); i++) {
      layers.add(new Arrays(batch, widths.get(i - 1), widths.get(i)));
    }
    return () -> {
      layers.forEach(a -> Products.forward(a.rows, a.weights, a.hidden));
      for (int i = layers.size() - 1; i >= 0; i--) {
        Arrays a = layers.get(i);
        Products.outer(a.rows, a.delta, a.gradient, 1, 0);
        if (i > 0) {
          Products.back(a.delta, a.weights, a.output);
        }
      }
    };
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

  /**
   * Rows {@code [b, n]} in C order, weights {@code [in, out]} in Fortran order. What one product
   * writes decides no number of the next run, so that none becomes infinite or subnormal.
   */
  private static final class Arrays {
    private final INDArray rows;
    private final INDArray hidden;
    private final INDArray delta;
    private final INDArray output;
    private final INDArray weights;
    private final INDArray gradient;
    private final INDArray back;
    private final INDArray backGradient;

    Arrays(int batch, int inputs, int units) {
      rows = filled('c', batch, inputs);
      hidden = filled('c', batch, units);
      delta = filled('c', batch, units);
      output = filled('c', batch, inputs);
      weights = filled('f', inputs, units);
      gradient = filled('f', inputs, units);
      back = filled('f', units, inputs);
      backGradient = filled('f', units, inputs);
    }

    private static INDArray filled(char order, int rows, int columns) {
      return Nd4j.createUninitializedDetached(DataType.FLOAT, order, rows, columns).assign(1e-3);
    }
  }
}
