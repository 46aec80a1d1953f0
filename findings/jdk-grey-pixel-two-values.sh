#!/usr/bin/env bash
# Java gives one grey pixel two values: getRGB brightens 128 to 188, drawing the image to RGB leaves
# it 128.
#
# Packages: the Java in use (seen with JDK 17.0.15), no library
# Input: an 8-bit and a 16-bit grey image with one pixel of half brightness, as ImageIO gives for a
#   grey PNG.
# Expected: 128 by any way: the stored value is 128, and other tools show (128, 128, 128).
# What happens: getRGB takes Java's grey colour space for linear light and converts it to sRGB,
#   which gives 188; drawing the 8-bit image into an RGB image copies 128.
# Output seen on 2026-11-28:
#   8 bit: getRGB 188, drawn to RGB 128
#   16 bit: getRGB 188, drawn to RGB 128
# Why it matters: features of images depend on which call a pipeline makes. A model trained on one
#   and applied through the other sees brighter images.
# Strata: reads grey values from the raster, never by getRGB (tests of images pin grey, 16-bit,
#   palette and alpha).
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cat > "$work/Finding.java" <<'JAVA'
import java.awt.image.BufferedImage;

public class Finding {
  public static void main(String[] arguments) {
    int[] kinds = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY};
    for (int kind : kinds) {
      boolean wide = kind == BufferedImage.TYPE_USHORT_GRAY;
      BufferedImage grey = new BufferedImage(1, 1, kind);
      grey.getRaster().setSample(0, 0, 0, wide ? 128 * 257 : 128);
      BufferedImage drawn = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
      drawn.getGraphics().drawImage(grey, 0, 0, null);
      System.out.println(
          (wide ? "16 bit" : "8 bit") + ": getRGB " + (grey.getRGB(0, 0) & 255)
              + ", drawn to RGB " + (drawn.getRGB(0, 0) & 255));
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
8 bit: getRGB 188, drawn to RGB 128
16 bit: getRGB 188, drawn to RGB 128
TEXT

cd "$work"
if ! java -Xmx1g -Djava.awt.headless=true \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "jdk-grey-pixel-two-values: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "jdk-grey-pixel-two-values: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "jdk-grey-pixel-two-values: as stated in the header"
