package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * The image is turned about its centre, to the left as often as to the right, by an angle that is
 * uniform in [from, to]; with {@code step}, among from, from + step, … Pixels between pixels are
 * interpolated linearly, those from outside are the nearest ones of the edge. Large angles make
 * something else of an image, small ones leave it what it is.
 *
 * @param from degrees
 * @param to degrees
 * @param step degrees; 0: any angle between
 */
public record Rotate(double from, double to, double step) implements CorruptionSpec {
  public static final String TYPE = "rotate";

  /** Nothing of the cosine of a right angle must be left. */
  private static final double TINY = 1e-12;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    problems.range(at + ".from", from, 0, 360);
    problems.range(at + ".to", to, 0, 360);
    problems.range(at + ".step", step, 0, 360);
    if (to < from) {
      problems.add(at + ".to", to, "at least from, " + from);
    }
    if (to == 0) {
      problems.add(at + ".to", to, "greater than 0");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    return Images.redrawn(
        shape, (before, row, random) -> turned(angle(random)).apply(before, row, shape));
  }

  private static ImageTransform turned(double degrees) {
    double radians = StrictMath.toRadians(degrees);
    double cos = exact(StrictMath.cos(radians));
    double sin = exact(StrictMath.sin(radians));
    return new ImageTransform(cos, sin, -sin, cos, 0, 0);
  }

  private double angle(RandomStream random) {
    double angle =
        step > 0
            ? from + step * random.below((int) Math.floor((to - from) / step + TINY) + 1)
            : from + random.uniform() * (to - from);
    return random.below(2) == 0 ? angle : -angle;
  }

  private static double exact(double ratio) {
    double whole = Math.rint(ratio);
    return Math.abs(ratio - whole) < TINY ? whole : ratio;
  }
}
