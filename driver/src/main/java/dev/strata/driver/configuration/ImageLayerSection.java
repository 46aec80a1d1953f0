package dev.strata.driver.configuration;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the layers of images, and {@code network.image}. */
final class ImageLayerSection {
  static final List<String> CONVOLUTION =
      List.of(
          "type",
          "filters",
          "kernel",
          "stride",
          "dilation",
          "padding",
          "activation",
          "init",
          "bias",
          "l1",
          "l2",
          "dropout",
          "name");
  static final List<String> POOLING =
      List.of("type", "function", "size", "stride", "padding", "ratio", "name");

  private static final Range PIXELS = Range.atLeast(1);

  /** 256 MiB of float32 for a row. */
  private static final int MOST = 1 << 26;

  private ImageLayerSection() {}

  static LayerSettings convolution(Section s) {
    OptionalInt filters = s.optionalInteger("filters", Range.ANY);
    return LayerSettingsConvolution2dBuilder.builder()
        .kernel(s.integers("kernel", PIXELS))
        .stride(s.integers("stride", PIXELS))
        .dilation(s.integers("dilation", PIXELS))
        .filters(filters.isPresent() ? Optional.of(filters.getAsInt()) : Optional.empty())
        .padding(s.optionalText("padding"))
        .activation(s.optionalText("activation"))
        .init(s.optionalText("init"))
        .bias(s.optionalNumber("bias", Range.ANY))
        .l1(s.optionalNumber("l1", Range.ANY))
        .l2(s.optionalNumber("l2", Range.ANY))
        .dropout(s.optionalNumber("dropout", Range.ANY))
        .name(s.optionalText("name"))
        .build();
  }

  static LayerSettings pooling(Section s) {
    return new LayerSettings.Pooling2d(
        s.optionalText("function"),
        s.integers("size", PIXELS),
        s.integers("stride", PIXELS),
        s.optionalText("padding"),
        s.optionalNumber("ratio", Range.ANY),
        s.optionalText("name"));
  }

  /** Height and width are set together. */
  static Optional<ImageShape> shape(Section image) {
    OptionalInt height = image.optionalInteger("height", PIXELS);
    OptionalInt width = image.optionalInteger("width", PIXELS);
    int channels = image.integer("channels", PIXELS);
    if (height.isPresent() != width.isPresent()) {
      image.missing(height.isPresent() ? "width" : "height", "pixels, as both are set together");
    }
    if (height.isEmpty() && width.isEmpty() && !image.isDefault("channels")) {
      image.missing("height", "pixels, as channels is set");
    }
    if (height.isEmpty() || width.isEmpty()) {
      return Optional.empty();
    }
    if ((double) height.getAsInt() * width.getAsInt() * channels > MOST) {
      image.problem("the images are too large", "height", "at most " + MOST + " numbers in all");
      return Optional.empty();
    }
    return Optional.of(new ImageShape(height.getAsInt(), width.getAsInt(), channels));
  }
}
