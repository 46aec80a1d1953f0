package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * Turns, scales, shears and moves the image about its centre, each by an amount of its own, uniform
 * within its bounds, in one interpolation: torchvision's {@code RandomAffine} with a horizontal
 * shear. The forward map is s · R(θ) · [[1, tan φ], [0, 1]], with the x axis to the right, the y
 * axis down and positive angles clockwise. What comes in from outside is the nearest pixel of the
 * edge.
 *
 * @param degrees the angle θ is in [−degrees, degrees]; 0 to 180
 * @param translate the image moves by at most this share of its width and of its height; 0 to 1
 * @param scaleFrom the factor s is at least this; above 0
 * @param scaleTo the factor s is at most this
 * @param shear the angle φ is in [−shear, shear] degrees; 0 to below 90
 */
public record Affine(
    double degrees, double translate, double scaleFrom, double scaleTo, double shear)
    implements CorruptionSpec {
  public static final String TYPE = "affine";

  private static final double LARGEST_SHEAR = 89;
  private static final double LARGEST_SCALE = 100;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    problems.range(at + ".degrees", degrees, 0, 180);
    problems.range(at + ".translate", translate, 0, 1);
    problems.positive(at + ".scale-from", scaleFrom, LARGEST_SCALE);
    problems.positive(at + ".scale-to", scaleTo, LARGEST_SCALE);
    problems.range(at + ".shear", shear, 0, LARGEST_SHEAR);
    if (scaleTo < scaleFrom) {
      problems.add(at + ".scale-to", scaleTo, "at least scale-from, " + scaleFrom);
    }
    if (degrees == 0 && translate == 0 && shear == 0 && scaleFrom == 1 && scaleTo == 1) {
      problems.add(
          at + ".degrees", degrees, "above 0, or one of translate, scale-from, scale-to and shear");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    return Images.redrawn(
        shape, (before, row, random) -> draw(random, shape).apply(before, row, shape));
  }

  /** The inverse of the forward map, as a pixel of the result must know where it comes from. */
  private ImageTransform draw(RandomStream random, ImageShape shape) {
    double theta = StrictMath.toRadians(symmetric(random, degrees));
    double slant = StrictMath.tan(StrictMath.toRadians(symmetric(random, shear)));
    double scale = scaleFrom + random.uniform() * (scaleTo - scaleFrom);
    double right = symmetric(random, translate * shape.width());
    double down = symmetric(random, translate * shape.height());
    double cos = StrictMath.cos(theta) / scale;
    double sin = StrictMath.sin(theta) / scale;
    return new ImageTransform(cos + slant * sin, sin - slant * cos, -sin, cos, right, down);
  }

  private static double symmetric(RandomStream random, double bound) {
    return (2 * random.uniform() - 1) * bound;
  }
}
