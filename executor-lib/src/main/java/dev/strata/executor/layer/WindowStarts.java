package dev.strata.executor.layer;

/**
 * First pixels of the windows of fractional pooling along one side of n pixels: with N windows of k
 * pixels and α = (n − k) / (N − 1), window i begins at
 *
 * <pre>
 *   floor(α (i + u)) − floor(α u)        0 ≤ i {@literal <} N − 1, 0 ≤ u {@literal <} 1
 *   n − k                                i = N − 1
 * </pre>
 *
 * <p>Graham 2014, section 2.2, pseudorandom sequences: neighbours are floor(α) or floor(α) + 1
 * pixels apart. torch.nn.FractionalMaxPool2d has the same windows for the same u.
 */
final class WindowStarts {
  private WindowStarts() {}

  /**
   * @param pixels n
   * @param window k, at most n
   * @param windows N, at least 1
   * @param u where between two pixels the sequence begins
   */
  static int[] of(int pixels, int window, int windows, double u) {
    int[] starts = new int[windows];
    double distance = windows == 1 ? 0 : (pixels - window) / (double) (windows - 1);
    for (int i = 0; i < windows - 1; i++) {
      starts[i] = (int) (Math.floor(distance * (i + u)) - Math.floor(distance * u));
    }
    starts[windows - 1] = pixels - window;
    return starts;
  }
}
