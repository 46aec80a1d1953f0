package dev.strata.driver.quickstart;

/**
 * One random map from the unit square of a character to pixels: wobble, bending, then an affine
 * map.
 */
final class Distortion {
  private static final int WAVES = 3;

  /** Standard deviation of the ends of strokes, in the unit square. */
  private static final double WOBBLE = 0.035;

  // Bending: a sum of plane waves, each {frequency x, frequency y, phase, amplitude x, amplitude
  // y}.
  private final double[][] waves = new double[WAVES][];
  private final double[] affine;

  private Distortion(double[] affine) {
    this.affine = affine;
  }

  static Distortion random(SplitMix random, int side) {
    double height = side * random.uniform(0.62, 0.80);
    double width = height * random.uniform(0.65, 0.95);
    double shear = random.uniform(-0.22, 0.22);
    double angle = random.uniform(-0.2, 0.2);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    // rotation · shear · scale
    double[] affine = {
      cos * width,
      (cos * shear - sin) * height,
      side / 2.0 + random.uniform(-1.6, 1.6),
      sin * width,
      (sin * shear + cos) * height,
      side / 2.0 + random.uniform(-1.6, 1.6)
    };
    Distortion distortion = new Distortion(affine);
    for (int i = 0; i < WAVES; i++) {
      double frequency = random.uniform(2.0, 6.0);
      double direction = random.uniform(0, 2 * Math.PI);
      double amplitude = 0.22 / frequency;
      distortion.waves[i] =
          new double[] {
            frequency * StrictMath.cos(direction),
            frequency * StrictMath.sin(direction),
            random.uniform(0, 2 * Math.PI),
            amplitude * random.normal(),
            amplitude * random.normal()
          };
    }
    return distortion;
  }

  /** The stroke in pixels. Both ends of it wobble, and what lies between goes along. */
  double[] apply(double[] stroke, SplitMix random) {
    double startX = WOBBLE * random.normal();
    double startY = WOBBLE * random.normal();
    double endX = WOBBLE * random.normal();
    double endY = WOBBLE * random.normal();
    double[] pixels = new double[stroke.length];
    for (int i = 0; i < stroke.length; i += 2) {
      double share = (double) i / Math.max(1, stroke.length - 2);
      double x = stroke[i] - 0.5 + startX * (1 - share) + endX * share;
      double y = stroke[i + 1] - 0.5 + startY * (1 - share) + endY * share;
      double bentX = x;
      double bentY = y;
      for (double[] wave : waves) {
        double height = StrictMath.sin(wave[0] * x + wave[1] * y + wave[2]);
        bentX += wave[3] * height;
        bentY += wave[4] * height;
      }
      pixels[i] = affine[0] * bentX + affine[1] * bentY + affine[2];
      pixels[i + 1] = affine[3] * bentX + affine[4] * bentY + affine[5];
    }
    return pixels;
  }
}
