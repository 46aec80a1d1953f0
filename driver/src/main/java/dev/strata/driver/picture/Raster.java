package dev.strata.driver.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pixels, white at first. Coordinates grow to the right and downwards; pixel (x, y) covers the
 * square from there to (x + 1, y + 1). Only pixels are set, so that neither a display nor a font is
 * needed.
 */
public final class Raster {
  public static final int WHITE = 0xFFFFFF;

  private final BufferedImage image;

  public Raster(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    fill(0, 0, width, height, WHITE);
  }

  public int width() {
    return image.getWidth();
  }

  public int height() {
    return image.getHeight();
  }

  /** {@code 0xRRGGBB} of a pixel. */
  public int colour(int x, int y) {
    return image.getRGB(x, y) & WHITE;
  }

  /** A rectangle; what lies outside of the raster is left out. */
  public Raster fill(int x, int y, int wide, int high, int colour) {
    for (int row = Math.max(0, y); row < Math.min(height(), y + high); row++) {
      for (int column = Math.max(0, x); column < Math.min(width(), x + wide); column++) {
        image.setRGB(column, row, colour);
      }
    }
    return this;
  }

  /** As a PNG file: a function of the pixels. */
  public byte[] png() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    // In memory, as ImageIO writes to a temporary file otherwise.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java has no writer of PNG files");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return file.toByteArray();
  }
}
