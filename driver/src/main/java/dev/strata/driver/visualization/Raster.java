package dev.strata.driver.visualization;

import java.util.Arrays;

/**
 * Pixels to draw on, white at first. Coordinates grow to the right and downwards; pixel (x, y)
 * covers the square from there to (x + 1, y + 1). Needs neither a display nor fonts.
 */
public final class Raster {
  public static final int WHITE = 0xFFFFFF;

  private final int width;
  private final int height;
  private final int[] pixels;

  public Raster(int width, int height) {
    this.width = width;
    this.height = height;
    this.pixels = new int[Math.multiplyExact(width, height)];
    Arrays.fill(pixels, WHITE);
  }

  /** Where a text begins from the place it is given. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** {@code 0xRRGGBB} of a pixel. */
  public int colour(int x, int y) {
    return pixels[y * width + x];
  }

  /** A rectangle; what lies outside of the raster is left out. */
  public Raster fill(int x, int y, int wide, int high, int colour) {
    for (int row = Math.max(0, y); row < Math.min(height, y + high); row++) {
      int from = row * width + Math.max(0, x);
      int to = row * width + Math.min(width, x + wide);
      if (from < to) {
        Arrays.fill(pixels, from, to, colour);
      }
    }
    return this;
  }

  /** Paints over what is there. */
  public Raster paste(Raster other, int x, int y) {
    for (int row = 0; row < other.height; row++) {
      System.arraycopy(other.pixels, row * other.width, pixels, (y + row) * width + x, other.width);
    }
    return this;
  }

  /**
   * A polyline with round ends and soft edges.
   *
   * @param points x, y, x, y, …
   */
  public Raster stroke(double[] points, double thickness, int colour) {
    double reach = thickness / 2 + 1;
    double[] bounds = bounds(points);
    int left = Math.max(0, (int) Math.floor(bounds[0] - reach));
    int top = Math.max(0, (int) Math.floor(bounds[1] - reach));
    int right = Math.min(width - 1, (int) Math.ceil(bounds[2] + reach));
    int bottom = Math.min(height - 1, (int) Math.ceil(bounds[3] + reach));
    if (left > right || top > bottom) {
      return this;
    }
    // all pieces first, so that where two meet is not painted twice
    int wide = right - left + 1;
    double[] cover = new double[wide * (bottom - top + 1)];
    for (int i = 0; i + 3 < points.length; i += 2) {
      cover(points, i, thickness / 2, cover, left, top, wide);
    }
    for (int i = 0; i < cover.length; i++) {
      blend(left + i % wide, top + i / wide, colour, cover[i]);
    }
    return this;
  }

  /** Share of each pixel that a piece of a line covers, where that is more than before. */
  private static void cover(
      double[] points, int at, double radius, double[] cover, int left, int top, int wide) {
    double fromX = points[at] - left;
    double fromY = points[at + 1] - top;
    double dx = points[at + 2] - points[at];
    double dy = points[at + 3] - points[at + 1];
    double square = Math.max(dx * dx + dy * dy, 1e-12);
    double reach = radius + 1;
    int x0 = Math.max(0, (int) Math.floor(Math.min(fromX, fromX + dx) - reach));
    int x1 = Math.min(wide - 1, (int) Math.ceil(Math.max(fromX, fromX + dx) + reach));
    int y0 = Math.max(0, (int) Math.floor(Math.min(fromY, fromY + dy) - reach));
    int y1 =
        Math.min(cover.length / wide - 1, (int) Math.ceil(Math.max(fromY, fromY + dy) + reach));
    for (int y = y0; y <= y1; y++) {
      for (int x = x0; x <= x1; x++) {
        double px = x + 0.5 - fromX;
        double py = y + 0.5 - fromY;
        double along = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
        double awayX = px - along * dx;
        double awayY = py - along * dy;
        double share = radius + 0.5 - Math.sqrt(awayX * awayX + awayY * awayY);
        cover[y * wide + x] = Math.max(cover[y * wide + x], Math.min(1, share));
      }
    }
  }

  /** Left, top, right, bottom. */
  private static double[] bounds(double[] points) {
    double[] bounds = {1e9, 1e9, -1e9, -1e9};
    for (int i = 0; i < points.length; i++) {
      int side = i % 2;
      bounds[side] = Math.min(bounds[side], points[i]);
      bounds[2 + side] = Math.max(bounds[2 + side], points[i]);
    }
    return bounds;
  }

  private void blend(int x, int y, int colour, double share) {
    if (share > 0) {
      pixels[y * width + x] = ColourScale.mix(pixels[y * width + x], colour, share);
    }
  }

  /**
   * One line of text.
   *
   * @param baseline y of the line that letters stand on
   * @param size height of a capital letter
   */
  public Raster text(
      String text, double x, double baseline, double size, int colour, Anchor anchor) {
    double wide = StrokeFont.width(text, size);
    double from = x - (anchor == Anchor.START ? 0 : anchor == Anchor.MIDDLE ? wide / 2 : wide);
    for (double[] line : StrokeFont.lines(text, from, baseline, size)) {
      stroke(line, Math.max(1, size / 8), colour);
    }
    return this;
  }

  /** As a file. */
  public byte[] png() {
    return Png.encode(width, height, pixels);
  }
}
