package dev.strata.executor.layer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * One element of {@code network.layers}; components are the keys of its kind, absent ones follow a
 * stated default.
 */
public sealed interface LayerSettings {
  /** Activation of dense and convolution layers that name none. */
  String DEFAULT_ACTIVATION = "relu";

  /**
   * Name in extracted features and messages; absent: the kind and its number, such as {@code
   * dense-1}.
   */
  Optional<String> name();

  /** The value of the key {@code type}. */
  String type();

  /** The same under another name. */
  LayerSettings withName(String other);

  /** A dense layer with its default activation and initialisation. */
  static Dense dense(int units) {
    return LayerSettingsDenseBuilder.builder().units(Optional.of(units)).build();
  }

  /** A dense layer with a given activation. */
  static Dense dense(int units, String activation) {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(units))
        .activation(Optional.of(activation))
        .build();
  }

  /** A residual block. */
  static Residual residual(double survival, LayerSettings... layers) {
    return new Residual(List.of(layers), Optional.of(survival), Optional.empty());
  }

  static BatchNorm batchNorm() {
    return new BatchNorm(Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Dropout dropout(double rate) {
    return new Dropout(Optional.of(rate), Optional.empty());
  }

  /** Vectors of words, random at first. */
  static Embedding embedding(int units) {
    return LayerSettingsEmbeddingBuilder.builder().units(Optional.of(units)).build();
  }

  /** A convolution over positions, as many of them above as below, with a given activation. */
  static Convolution convolution(int units, int kernel, String activation) {
    return LayerSettingsConvolutionBuilder.builder()
        .units(Optional.of(units))
        .kernel(Optional.of(kernel))
        .activation(Optional.of(activation))
        .build();
  }

  /** A convolution over images, padding same, with its default activation. */
  static Convolution2d convolution2d(int filters, int kernel) {
    return LayerSettingsConvolution2dBuilder.builder()
        .kernel(List.of(kernel))
        .stride(List.of())
        .dilation(List.of())
        .filters(Optional.of(filters))
        .build();
  }

  /** Pooling over squares of an image that do not overlap. */
  static Pooling2d pooling2d(String function, int size) {
    return new Pooling2d(
        Optional.of(function), List.of(size), List.of(), Optional.empty(), Optional.empty());
  }

  static Pooling pooling(String function) {
    return new Pooling(Optional.of(function), Optional.empty());
  }

  /** The output layer that the task asks for. */
  static Output output() {
    return LayerSettingsOutputBuilder.builder().build();
  }

  /**
   * {@code activation(x W + b)}.
   *
   * @param units width of the output
   * @param activation absent: relu
   * @param init of the weights; absent: he-normal for activations of the relu family, else xavier
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   * @param dropout share of the layer's inputs that is dropped in training, in [0, 1); absent: 0
   * @param dropConnect share of the weights that is dropped in training, in [0, 1); absent: 0
   * @param maxNorm greatest length of a unit's incoming weights; 0: none; absent: the network's
   * @param layerNorm whether x W is normalised over the units and scaled by trained gains before b
   *     is added (Ba et al. 2016, equation 4); absent: not
   * @param alpha of elu or leaky-relu; absent: 1 or 0.01
   */
  @RecordBuilder
  record Dense(
      Optional<Integer> units,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<Double> dropout,
      Optional<Double> dropConnect,
      Optional<Double> maxNorm,
      Optional<Boolean> layerNorm,
      Optional<Double> alpha,
      Optional<String> name)
      implements LayerSettings {
    /** The same without what is rarely set. */
    public Dense(
        Optional<Integer> units,
        Optional<String> activation,
        Optional<String> init,
        Optional<Double> bias,
        Optional<Double> l1,
        Optional<Double> l2,
        Optional<Double> dropout,
        Optional<String> name) {
      this(
          units,
          activation,
          init,
          bias,
          l1,
          l2,
          dropout,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          name);
    }

    @Override
    public String type() {
      return "dense";
    }

    @Override
    public LayerSettings withName(String other) {
      return LayerSettingsDenseBuilder.builder(this).name(Optional.of(other)).build();
    }
  }

  /**
   * Batch normalisation with trained scale and shift.
   *
   * @param decay share of the running statistics that a minibatch leaves, in (0, 1); absent: 0.9
   * @param epsilon added to the variance; absent: 1e-5
   */
  record BatchNorm(Optional<Double> decay, Optional<Double> epsilon, Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "batch-norm";
    }

    @Override
    public LayerSettings withName(String other) {
      return new BatchNorm(decay, epsilon, Optional.of(other));
    }
  }

  /**
   * Dropout of its inputs in training.
   *
   * @param kind what happens to them
   * @param rate r: share that is dropped, in (0, 1)
   */
  record Dropout(Kind kind, Optional<Double> rate, Optional<String> name) implements LayerSettings {
    /** Plain dropout. */
    public Dropout(Optional<Double> rate, Optional<String> name) {
      this(Kind.PLAIN, rate, name);
    }

    /** Kinds of dropout. */
    public enum Kind {
      /** x is 0 with probability r, else x / (1 − r) (Srivastava et al. 2014). */
      PLAIN("dropout"),
      /** x times a normal number of mean 1 and variance r / (1 − r) (the same, section 10). */
      GAUSSIAN("gaussian-dropout"),
      /** As plain dropout, with mean and variance kept for selu (Klambauer et al. 2017). */
      ALPHA("alpha-dropout");

      private final String text;

      Kind(String text) {
        this.text = text;
      }
    }

    @Override
    public String type() {
      return kind.text;
    }

    @Override
    public LayerSettings withName(String other) {
      return new Dropout(kind, rate, Optional.of(other));
    }
  }

  /**
   * Maxout (Goodfellow et al. 2013, equation 1): the largest of each k neighbouring numbers, so
   * that a dense layer of n k units with activation identity below it makes n units of k pieces:
   * {@code [n k]} becomes {@code [n]}.
   *
   * @param pieces k, at least 2
   */
  record Maxout(Optional<Integer> pieces, Optional<String> name) implements LayerSettings {
    @Override
    public String type() {
      return "maxout";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Maxout(pieces, Optional.of(other));
    }
  }

  /**
   * Parametric relu: {@code x if x > 0, else a x}, with a trained a for each of its inputs (He et
   * al. 2015, equation 1).
   *
   * @param alpha initial a; absent: 0.25
   */
  record Prelu(Optional<Double> alpha, Optional<String> name) implements LayerSettings {
    @Override
    public String type() {
      return "prelu";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Prelu(alpha, Optional.of(other));
    }
  }

  /**
   * The last layer: {@code activation(x W + b)} under a loss.
   *
   * @param units absent: what the task needs
   * @param loss absent: cross-entropy for classes, mse for values
   * @param activation absent: what the loss goes with (softmax, sigmoid, identity …)
   * @param init as for dense layers
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   */
  @RecordBuilder
  record Output(
      Optional<Integer> units,
      Optional<String> loss,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "output";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Output(units, loss, activation, init, bias, l1, l2, Optional.of(other));
    }
  }

  /**
   * A vector of its own for every word: row ids {@code [steps]} become {@code [units, steps]}. The
   * lowest layer of a network of text. The padding at a text's end has no vector: whatever comes
   * above is computed as if it were zeros, and pooling passes over it.
   *
   * @param units numbers of a word's vector
   * @param vectors file of pretrained vectors in GloVe's text format that words start from; absent:
   *     random ones
   * @param deviation standard deviation of random initial vectors, normal around 0; absent: 0.1
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   */
  @RecordBuilder
  record Embedding(
      Optional<Integer> units,
      Optional<String> vectors,
      Optional<Double> deviation,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "embedding";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Embedding(units, vectors, deviation, l1, l2, Optional.of(other));
    }
  }

  /**
   * {@code activation(x W + b)} of every window of {@code kernel} neighbouring positions, x being
   * their vectors side by side (the window approach of Collobert et al. 2011): {@code [channels,
   * steps]} becomes {@code [units, steps]}, or with padding {@code valid} {@code [units, steps -
   * kernel + 1]}.
   *
   * @param units width of the output at each position
   * @param kernel width of the window, in positions
   * @param padding same (absent): windows reach beyond both ends, where zeros are; valid: they do
   *     not
   * @param activation absent: relu
   * @param init as for dense layers
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   * @param dropout share of the layer's inputs that is dropped in training, in [0, 1); absent: 0
   */
  @RecordBuilder
  record Convolution(
      Optional<Integer> units,
      Optional<Integer> kernel,
      Optional<String> padding,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<Double> dropout,
      Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "convolution";
    }

    @Override
    public LayerSettings withName(String other) {
      return LayerSettingsConvolutionBuilder.builder(this).name(Optional.of(other)).build();
    }
  }

  /**
   * {@code activation(x W + b)} of every window of an image, x being all numbers of the window:
   * {@code [channels, height, width]} becomes {@code [filters, …]} (LeCun et al. 1998). A side of n
   * pixels becomes ⌈n / stride⌉ with padding {@code same}, else ⌊(n − d (kernel − 1) − 1) / stride⌋
   * + 1, d being the dilation.
   *
   * @param filters channels of the output
   * @param kernel height and width of the window, or one number for both; empty: missing
   * @param stride pixels between two windows, as kernel; empty: 1
   * @param dilation pixels between two neighbours of a window (Yu and Koltun 2016), as kernel;
   *     empty: 1
   * @param padding same (absent): windows reach beyond the edges, where zeros are; valid: they do
   *     not
   * @param activation absent: relu
   * @param init as for dense layers, the inputs being all numbers of a window
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   * @param dropout share of the layer's inputs that is dropped in training, in [0, 1); absent: 0
   */
  @RecordBuilder
  record Convolution2d(
      Optional<Integer> filters,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> dilation,
      Optional<String> padding,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<Double> dropout,
      Optional<String> name)
      implements LayerSettings {
    public Convolution2d {
      kernel = List.copyOf(kernel);
      stride = List.copyOf(stride);
      dilation = List.copyOf(dilation);
    }

    @Override
    public String type() {
      return "convolution-2d";
    }

    @Override
    public LayerSettings withName(String other) {
      return LayerSettingsConvolution2dBuilder.builder(this).name(Optional.of(other)).build();
    }
  }

  /**
   * The largest or the mean number of every window of each channel of an image.
   *
   * @param function max (absent), mean, or fractional-max
   * @param size height and width of the window, or one number for both; empty: 2
   * @param stride pixels between two windows, as size; empty: the size
   * @param padding valid (absent): windows end at the edges; same: windows reach beyond them, with
   *     max alone
   * @param ratio of fractional-max, which has neither stride nor padding: pixels of the output to
   *     those of the input
   */
  record Pooling2d(
      Optional<String> function,
      List<Integer> size,
      List<Integer> stride,
      Optional<String> padding,
      Optional<Double> ratio,
      Optional<String> name)
      implements LayerSettings {
    public Pooling2d {
      size = List.copyOf(size);
      stride = List.copyOf(stride);
    }

    /** Of max or mean. */
    public Pooling2d(
        Optional<String> function,
        List<Integer> size,
        List<Integer> stride,
        Optional<String> padding,
        Optional<String> name) {
      this(function, size, stride, padding, Optional.empty(), name);
    }

    @Override
    public String type() {
      return "pooling-2d";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Pooling2d(function, size, stride, padding, ratio, Optional.of(other));
    }
  }

  /**
   * One vector of all positions that are not padding, or of all pixels of an image: {@code
   * [channels, steps]} or {@code [channels, height, width]} becomes {@code [channels]}.
   *
   * @param function mean (absent), max or sum
   */
  record Pooling(Optional<String> function, Optional<String> name) implements LayerSettings {
    @Override
    public String type() {
      return "pooling";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Pooling(function, Optional.of(other));
    }
  }

  /**
   * A residual block: {@code x + f(x)} (He et al. 2016), or with stochastic depth {@code x + b
   * f(x)} in training (Huang et al. 2016).
   *
   * @param layers of f, bottom to top; their output is of the shape of their input
   * @param survival probability that b is 1, in (0, 1]; absent: 1
   */
  record Residual(List<LayerSettings> layers, Optional<Double> survival, Optional<String> name)
      implements LayerSettings {
    public Residual {
      layers = List.copyOf(layers);
    }

    @Override
    public String type() {
      return "residual";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Residual(layers, survival, Optional.of(other));
    }
  }
}
