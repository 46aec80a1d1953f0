package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Optional;

/**
 * How a network with layers of images sees its rows: {@code network.image}, or as the data says.
 */
final class InputImages {
  /** Images that have not been looked at: no window is too large for them. */
  static final RowShape ANY = RowShape.image(1, 1 << 12, 1 << 12);

  private static final String KEY = "network.image";

  private InputImages() {}

  /** Whether rows are images for the network: its first layer of images has no vectors below it. */
  static boolean areMeant(NetworkSettings settings) {
    for (LayerSettings layer : ResidualBlocks.flat(settings.layers())) {
      if (ImageLayers.isImageLayer(layer)) {
        return true;
      }
      if (LayerFactory.takesVectors(layer) || layer instanceof LayerSettings.Embedding) {
        return false;
      }
    }
    return false;
  }

  /** Reports a shape of other rows; where no layer reads it, augmentation may. */
  static void checkShape(NetworkSettings settings, NetworkInput input, NetworkProblems problems) {
    if (settings.image().isEmpty()) {
      return;
    }
    if (input.holdsText()) {
      problems.add(KEY, words(settings.image().get()), "no setting, because rows are word ids");
    } else {
      fits(settings.image().get(), input, problems);
    }
  }

  /** What the lowest layer takes, as far as the settings alone say. */
  static RowShape unseen(NetworkSettings settings, NetworkProblems problems) {
    settings
        .image()
        .ifPresent(shape -> check(shape, settings.input().orElse(0), "network.input", problems));
    return settings.image().map(InputImages::rows).orElse(ANY);
  }

  /**
   * The shape of the rows; empty, with a problem, where they are no images or of another shape.
   *
   * @param input of known width
   */
  static Optional<ImageShape> of(
      NetworkSettings settings, NetworkInput input, NetworkProblems problems) {
    if (input.holdsText()) {
      problems.add(
          "network.layers",
          "layers of images on rows of word ids",
          "embedding as the bottom layer");
      return Optional.empty();
    }
    Optional<ImageShape> own = settings.image();
    if (own.isPresent()) {
      return fits(own.get(), input, problems) ? own : Optional.empty();
    }
    if (input.likely() == null) {
      problems.add(
          KEY,
          "nothing, and rows of " + input.width() + " numbers that are not known to be images",
          "the shape of the rows, network.image { height = …, width = …, channels = 1 }, whose"
              + " product is "
              + input.width()
              + "; or dense layers alone for rows that are no images");
      return Optional.empty();
    }
    return Optional.of(input.likely());
  }

  private static boolean fits(ImageShape own, NetworkInput input, NetworkProblems problems) {
    if (input.image() != null && !own.equals(input.image())) {
      problems.add(
          KEY,
          words(own),
          words(input.image())
              + ", the shape of the data's images, or no setting; data.images.resize and"
              + " data.images.colour change the images");
      return false;
    }
    return check(own, input.width(), "the rows", problems);
  }

  private static boolean check(
      ImageShape shape, int width, String whose, NetworkProblems problems) {
    if (width > 0 && shape.length() != width) {
      problems.add(
          KEY,
          words(shape) + " = " + shape.length() + " numbers",
          "height × width × channels = " + width + ", the width of " + whose);
      return false;
    }
    return true;
  }

  /** What the lowest layer takes. */
  static RowShape rows(ImageShape shape) {
    return RowShape.image(shape.channels(), shape.height(), shape.width());
  }

  private static String words(ImageShape shape) {
    return shape.height() + " × " + shape.width() + " × " + shape.channels();
  }
}
