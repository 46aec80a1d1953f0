package dev.strata.driver.evaluate;

import dev.strata.executor.corruption.ImageViews;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.Optional;

/**
 * The keys {@code evaluation.crops}.
 *
 * @param pixels that four views are moved towards the corners; 0: no such views
 * @param flip whether left and right change places in as many views again
 */
public record CropSettings(int pixels, boolean flip) {
  /** Rows as they are. */
  public static final CropSettings NONE = new CropSettings(0, false);

  /**
   * The views; empty without any.
   *
   * @throws StrataException (configuration) where rows are not known to be images, or too small
   */
  public Optional<ImageViews> views(NetworkConfiguration network, Preprocessing data) {
    if (equals(NONE)) {
      return Optional.empty();
    }
    Optional<ImageShape> shape =
        NetworkShapes.image(network).or(() -> Optional.ofNullable(RowFacts.of(data).image()));
    String key = "evaluation.crops." + (pixels > 0 ? "pixels" : "flip");
    if (shape.isEmpty()) {
      throw StrataException.configuration(
              "crops need images, but the rows have no height and width")
          .key(key)
          .found("rows of " + data.inputWidth() + " numbers")
          .expected("no setting, or a model of images")
          .build();
    }
    int side = Math.min(shape.get().height(), shape.get().width());
    if (pixels >= side) {
      throw StrataException.configuration("the images are too small for these crops")
          .key(key)
          .found(pixels)
          .expected("less than " + side + ", the shorter side of the images")
          .build();
    }
    return Optional.of(new ImageViews(shape.get(), pixels, flip));
  }
}
