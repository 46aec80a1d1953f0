package dev.strata.driver.quickstart;

/** A sheet that strokes are drawn on: ink in [0, 1] a pixel, whose centre is at (x + ½, y + ½). */
final class Canvas {
  private final int side;
  private final double[] ink;

  Canvas(int side) {
    this.side = side;
    this.ink = new double[side * side];
  }

  /**
   * A polyline with round ends and edges one pixel soft.
   *
   * @param points x, y, x, y, … in pixels
   * @param width of the pen, in pixels
   * @param darkness of the ink, in (0, 1]
   */
  void stroke(double[] points, double width, double darkness) {
    for (int i = 2; i < points.length; i += 2) {
      segment(points[i - 2], points[i - 1], points[i], points[i + 1], width / 2, darkness);
    }
  }

  private void segment(
      double fromX, double fromY, double toX, double toY, double radius, double darkness) {
    double dx = toX - fromX;
    double dy = toY - fromY;
    double square = Math.max(dx * dx + dy * dy, 1e-12);
    double reach = radius + 1;
    int top = Math.max(0, (int) Math.floor(Math.min(fromY, toY) - reach));
    int bottom = Math.min(side - 1, (int) Math.ceil(Math.max(fromY, toY) + reach));
    int left = Math.max(0, (int) Math.floor(Math.min(fromX, toX) - reach));
    int right = Math.min(side - 1, (int) Math.ceil(Math.max(fromX, toX) + reach));
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double px = x + 0.5 - fromX;
        double py = y + 0.5 - fromY;
        double along = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
        double awayX = px - along * dx;
        double awayY = py - along * dy;
        double distance = Math.sqrt(awayX * awayX + awayY * awayY);
        double cover = Math.min(1, Math.max(0, radius + 0.5 - distance)) * darkness;
        ink[y * side + x] = Math.max(ink[y * side + x], cover);
      }
    }
  }

  /** The sheet as a poor scanner sees it: uneven paper, weak or strong ink, noise. */
  byte[] scan(SplitMix random) {
    double strength = random.uniform(180, 255);
    double paper = random.uniform(0, 40);
    double slopeX = random.uniform(-30, 30) / side;
    double slopeY = random.uniform(-30, 30) / side;
    double noise = random.uniform(4, 24);
    byte[] pixels = new byte[side * side];
    for (int i = 0; i < pixels.length; i++) {
      double ground = paper + slopeX * (i % side - side / 2.0) + slopeY * (i / side - side / 2.0);
      double value = ground + (strength - ground) * ink[i] + noise * random.normal();
      pixels[i] = (byte) (int) Math.min(255, Math.max(0, Math.rint(value)));
    }
    return pixels;
  }
}
