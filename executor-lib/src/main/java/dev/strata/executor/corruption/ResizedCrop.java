package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * A part of the image, its place uniform, is cut out and resized to the image's size by linear
 * interpolation (Szegedy et al. 2015, section 6). Its area is a uniform share of the image's, its
 * aspect ratio relative to the image's is uniform on a logarithmic scale; a side that would be
 * longer than the image's is as long as that.
 *
 * @param areaFrom smallest share of the area, in (0, 1]
 * @param areaTo largest share
 * @param ratio the aspect ratio is within [1 / ratio, ratio]; at least 1
 */
public record ResizedCrop(double areaFrom, double areaTo, double ratio) implements CorruptionSpec {
  public static final String TYPE = "resized-crop";

  private static final double LARGEST_RATIO = 100;

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    if (!(areaFrom > 0 && areaFrom <= 1)) {
      problems.add(at + ".area-from", areaFrom, "in (0, 1]");
    }
    if (!(areaTo <= 1 && areaTo >= areaFrom)) {
      problems.add(at + ".area-to", areaTo, "in [area-from, 1]");
    }
    problems.range(at + ".ratio", ratio, 1, LARGEST_RATIO);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    return Images.redrawn(
        shape, (before, row, random) -> draw(random, shape).apply(before, row, shape));
  }

  private ImageTransform draw(RandomStream random, ImageShape shape) {
    double area = areaFrom + random.uniform() * (areaTo - areaFrom);
    double aspect = StrictMath.exp((2 * random.uniform() - 1) * StrictMath.log(ratio));
    double wide = Math.min(1, Math.sqrt(area * aspect));
    double high = Math.min(1, Math.sqrt(area / aspect));
    // From the middle of the part to that of the image, in pixels.
    double right = (0.5 - random.uniform()) * (1 - wide) * shape.width();
    double down = (0.5 - random.uniform()) * (1 - high) * shape.height();
    return new ImageTransform(wide, 0, 0, high, right / wide, down / high);
  }
}
