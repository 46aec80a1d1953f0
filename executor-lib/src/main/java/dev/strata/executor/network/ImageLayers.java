package dev.strata.executor.network;

import dev.strata.executor.failure.Names;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.nd4j.linalg.activations.Activation;

/** The layers of images: convolutions, pooling, and what stands between images and vectors. */
final class ImageLayers {
  private static final String SAME = "same";

  private static final Names<PoolingType> FUNCTIONS =
      new Names<PoolingType>()
          .with("max", PoolingType.MAX)
          .with("mean", PoolingType.AVG)
          .with(FractionalWindows.NAME, PoolingType.MAX);

  private static final Names<ConvolutionMode> PADDINGS =
      new Names<ConvolutionMode>()
          .with(SAME, ConvolutionMode.Same)
          .with("valid", ConvolutionMode.Truncate);

  private final LayerFactory factory;
  private final NetworkProblems problems;

  ImageLayers(LayerFactory factory, NetworkProblems problems) {
    this.factory = factory;
    this.problems = problems;
  }

  /** Whether a layer takes images alone. */
  static boolean isImageLayer(LayerSettings layer) {
    return layer instanceof LayerSettings.Convolution2d || layer instanceof LayerSettings.Pooling2d;
  }

  ConvolutionLayer convolution(
      LayerSettings.Convolution2d s, String at, String name, RowShape below) {
    int filters = s.filters().orElse(1);
    if (s.filters().isEmpty()) {
      problems.add(at + "filters", "nothing", "the number of filters");
    } else if (filters < 1) {
      problems.add(at + "filters", filters, "at least 1");
    }
    if (s.kernel().isEmpty()) {
      problems.add(at + "kernel", "nothing", "the window's size, such as 3 or [3, 5]");
    }
    double dropped = s.dropout().orElse(0.0);
    problems.range(at + "dropout", dropped, 0, 1);
    Activation activation =
        factory.activation(at, s.activation().orElse(LayerSettings.DEFAULT_ACTIVATION));
    Window window =
        new Window(
            pair(s.kernel(), 1, at + "kernel"),
            pair(s.stride(), 1, at + "stride"),
            pair(s.dilation(), 1, at + "dilation"),
            s.padding().orElse(SAME));
    ConvolutionMode mode = mode(window, at, below, "kernel");
    var builder =
        new ConvolutionLayer.Builder(window.size)
            .name(name)
            .nIn(below.width())
            .nOut(filters)
            .stride(window.stride)
            .dilation(window.dilation)
            .convolutionMode(mode);
    if (dropped > 0 && dropped < 1) {
      builder.dropOut(1 - dropped);
    }
    factory.weights(builder, at, activation, s.init(), s.bias(), s.l1(), s.l2());
    return builder.build();
  }

  Layer pooling(LayerSettings.Pooling2d s, String at, String name, RowShape below) {
    if (FractionalWindows.areMeant(s)) {
      return new FractionalWindows(s)
          .layer(pair(s.size(), 2, at + "size"), at, name, below, problems);
    }
    if (s.ratio().isPresent()) {
      problems.add(at + "ratio", s.ratio().get(), "no setting, or function = fractional-max");
    }
    PoolingType function =
        FUNCTIONS
            .find(at + "function", s.function().orElse("max"), problems)
            .orElse(PoolingType.MAX);
    Window window = window(s, at);
    ConvolutionMode mode = mode(window, at, below, "size");
    if (function == PoolingType.AVG && mode == ConvolutionMode.Same) {
      problems.add(
          at + "padding",
          SAME,
          "valid with function = mean, because DL4J counts the zeros beyond the edges in the mean");
    }
    return new SubsamplingLayer.Builder(function)
        .name(name)
        .kernelSize(window.size)
        .stride(window.stride)
        .convolutionMode(mode)
        .build();
  }

  private Window window(LayerSettings.Pooling2d s, String at) {
    int[] size = pair(s.size(), 2, at + "size");
    int[] stride = s.stride().isEmpty() ? size : pair(s.stride(), 1, at + "stride");
    return new Window(size, stride, new int[] {1, 1}, s.padding().orElse("valid"));
  }

  /** Also reports windows that are larger than the image. */
  private ConvolutionMode mode(Window window, String at, RowShape below, String key) {
    ConvolutionMode mode =
        PADDINGS.find(at + "padding", window.padding, problems).orElse(ConvolutionMode.Same);
    RowShape.Plane plane = below.plane();
    int high = window.reach(0);
    int wide = window.reach(1);
    if (mode == ConvolutionMode.Truncate && (high > plane.height() || wide > plane.width())) {
      problems.add(
          at + key,
          "a window of " + high + " × " + wide + " on " + below.words(),
          "at most "
              + plane
              + ", the size of the images below; or padding = same, a smaller window,"
              + " or less pooling below");
    }
    return mode;
  }

  private int[] pair(List<Integer> given, int otherwise, String key) {
    List<Integer> both = given.isEmpty() ? List.of(otherwise) : given;
    if (both.size() > 2 || both.stream().anyMatch(n -> n < 1)) {
      problems.add(key, given, "an integer of at least 1, or [height, width]");
      return new int[] {1, 1};
    }
    return new int[] {both.get(0), both.get(both.size() - 1)};
  }

  /** What a layer makes of an image; the same where the layer is none of these. */
  static RowShape above(LayerSettings settings, RowShape below) {
    ImageLayers quiet = new ImageLayers(null, new NetworkProblems());
    if (settings instanceof LayerSettings.Convolution2d s) {
      Window window =
          new Window(
              quiet.pair(s.kernel(), 1, ""),
              quiet.pair(s.stride(), 1, ""),
              quiet.pair(s.dilation(), 1, ""),
              s.padding().orElse(SAME));
      return window.above(s.filters().orElse(1), below);
    }
    if (settings instanceof LayerSettings.Pooling2d s) {
      return FractionalWindows.areMeant(s)
          ? new FractionalWindows(s).above(below)
          : quiet.window(s, "").above(below.width(), below);
    }
    return below;
  }

  /**
   * Makes images of rows: of one channel as they are, else from channels side by side to planes.
   */
  static InputPreProcessor toImages(ImageShape shape) {
    if (shape.channels() == 1) {
      return new FeedForwardToCnnPreProcessor(shape.height(), shape.width(), 1);
    }
    return new ComposableInputPreProcessor(
        new FeedForwardToCnnPreProcessor(shape.width(), shape.channels(), shape.height()),
        new PermutePreprocessor(0, 3, 1, 2));
  }

  /** Makes vectors of images. */
  static InputPreProcessor toVectors(RowShape image) {
    return new CnnToFeedForwardPreProcessor(
        image.plane().height(), image.plane().width(), image.width());
  }

  /**
   * Where windows lie; each array is of height and width.
   *
   * @param size of a window
   * @param stride between windows
   * @param dilation between the neighbours of a window
   */
  private record Window(int[] size, int[] stride, int[] dilation, String padding) {
    /** Pixels that a window spans. */
    int reach(int side) {
      return dilation[side] * (size[side] - 1) + 1;
    }

    RowShape above(int channels, RowShape below) {
      RowShape.Plane plane = below.plane();
      return plane == null
          ? below
          : RowShape.image(
              Math.max(1, channels), count(0, plane.height()), count(1, plane.width()));
    }

    private int count(int side, int pixels) {
      int last = padding.equals(SAME) ? pixels - 1 : pixels - reach(side);
      return Math.max(0, last) / stride[side] + 1;
    }
  }
}
