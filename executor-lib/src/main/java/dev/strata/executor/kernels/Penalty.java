package dev.strata.executor.kernels;

/**
 * What pulls parameters w towards 0 in a step, besides the gradient.
 *
 * @param l1 what is added to the gradient times the sign of w
 * @param l2 what is added to the gradient times w
 * @param decay what is added to the step times w, past the updater
 */
public record Penalty(float l1, float l2, float decay) {
  public static final Penalty NONE = new Penalty(0, 0, 0);

  /** λ w joins the gradient, that of λ/2 Σ w². */
  public static Penalty squares(double factor) {
    return factor == 0 ? NONE : new Penalty(0, (float) factor, 0);
  }

  void ofGradient(float[] gradient, float[] parameter, int from, int to) {
    if (l1 != 0) {
      for (int i = from; i < to; i++) {
        gradient[i] += l1 * Math.signum(parameter[i]);
      }
    }
    if (l2 != 0) {
      for (int i = from; i < to; i++) {
        gradient[i] += l2 * parameter[i];
      }
    }
  }

  void ofStep(float[] step, float[] parameter, int from, int to) {
    if (decay != 0) {
      for (int i = from; i < to; i++) {
        step[i] += decay * parameter[i];
      }
    }
  }
}
