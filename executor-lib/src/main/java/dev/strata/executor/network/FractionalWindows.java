package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.FractionalPooling;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;

/** The settings of {@code pooling-2d} with {@code function = fractional-max}. */
record FractionalWindows(LayerSettings.Pooling2d settings) {
  static final String NAME = "fractional-max";

  static boolean areMeant(LayerSettings.Pooling2d settings) {
    return settings.function().filter(NAME::equals).isPresent();
  }

  /**
   * The layer; what is wrong with it is reported.
   *
   * @param window height and width
   * @param at path of the layer's keys, with a dot at the end
   */
  FractionalPooling layer(
      int[] window, String at, String name, RowShape below, NetworkProblems problems) {
    double ratio = settings.ratio().orElse(0.5);
    if (settings.ratio().isEmpty()) {
      problems.add(
          at + "ratio", "nothing", "pixels of the output to those of the input, such as 0.7");
    }
    problems.positive(at + "ratio", ratio, 1);
    if (!settings.stride().isEmpty()) {
      problems.add(at + "stride", settings.stride(), "no setting, as ratio gives the distances");
    }
    if (settings.padding().isPresent()) {
      problems.add(
          at + "padding", settings.padding().get(), "no setting: windows end at the edges");
    }
    RowShape.Plane plane = below.plane();
    int[] pixels = {plane.height(), plane.width()};
    for (int side = 0; side < pixels.length; side++) {
      int windows = FractionalPooling.windows(pixels[side], ratio);
      if (windows < 1 || windows + window[side] - 1 > pixels[side]) {
        problems.add(
            at + "ratio",
            ratio + " with windows of " + window[side] + " on " + below.words(),
            "at least one window, and windows that are a pixel or more apart: ratio · n from 1 to"
                + " n + 1 - size, n the pixels of a side");
        break;
      }
    }
    return new FractionalPooling(name, window[0], window[1], ratio);
  }

  /** What it makes of an image. */
  RowShape above(RowShape below) {
    RowShape.Plane plane = below.plane();
    double ratio = settings.ratio().orElse(0.5);
    return plane == null
        ? below
        : RowShape.image(
            Math.max(1, below.width()),
            Math.max(1, FractionalPooling.windows(plane.height(), ratio)),
            Math.max(1, FractionalPooling.windows(plane.width(), ratio)));
  }
}
