package dev.strata.executor.learner;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The learning rate of Adam with both bias corrections, to the bit as ND4J's operation computes it
 * in single precision:
 *
 * <pre>
 * α = η √(1 - β2^(t+1)) / (1 - β1^(t+1))
 * </pre>
 *
 * <p>That operation takes 50 µs for one number, as long as a step of a small network. It takes its
 * powers from the C library, and so does this class. Whether both agree in this JVM is tried once;
 * if they do not, ND4J's operation is called.
 */
final class AdamRate {
  private static final int TRIED = 64;

  private AdamRate() {}

  /** The C library's. */
  private static final class Library {
    private Library() {}

    static native float powf(float base, float exponent);
  }

  /**
   * Zero where ND4J takes another way: it replaces a rate that is zero, infinite or not a number.
   */
  static float of(Adam adam, int iteration, int epoch) {
    double rate = adam.getLearningRate(iteration, epoch);
    return Trial.SAME
        ? computed(rate, adam.getBeta1(), adam.getBeta2(), iteration)
        : stock(rate, adam.getBeta1(), adam.getBeta2(), iteration);
  }

  private static float computed(double rate, double beta1, double beta2, int iteration) {
    float exponent = (float) iteration + 1;
    float power1 = Library.powf((float) beta1, exponent);
    float power2 = Library.powf((float) beta2, exponent);
    float root = (float) Math.sqrt((float) (1.0 - power2));
    float corrected = (float) ((float) rate * root / (1.0 - power1));
    return Float.isFinite(corrected) ? corrected : 0;
  }

  /**
   * ND4J's operation on one element: with m = v = g = 1 and ε = 0 its step is α itself, as β + (1 -
   * β) is exactly 1 for the floats β from 0.5 to 1.
   */
  private static float stock(double rate, double beta1, double beta2, int iteration) {
    INDArray gradient = Nd4j.createFromArray(1f);
    INDArray m = Nd4j.createFromArray(1f);
    INDArray v = Nd4j.createFromArray(1f);
    AdamLoop.stockOperation(gradient, m, v, new Adam(rate, beta1, beta2, 0), iteration);
    return gradient.getFloat(0);
  }

  /** Both ways over many iterations. */
  private static final class Trial {
    static final boolean SAME = same();

    private static boolean same() {
      try {
        Native.register(Library.class, NativeLibrary.getInstance("libm.so.6"));
      } catch (VirtualMachineError e) {
        throw e;
      } catch (RuntimeException | Error e) {
        // Another system than Linux with glibc, or a JNA that does not fit its own library.
        return false;
      }
      double[][] betas = {{0.9, 0.999}, {0.5, 0.999}, {0.95, 0.98}, {0.9, 0.9999}};
      int iteration = 0;
      for (int i = 0; i < TRIED; i++) {
        for (double[] beta : betas) {
          double rate = 0.1 / (1 + i);
          if (computed(rate, beta[0], beta[1], iteration)
              != stock(rate, beta[0], beta[1], iteration)) {
            return false;
          }
        }
        iteration += 1 + iteration / 8;
      }
      return true;
    }
  }
}
