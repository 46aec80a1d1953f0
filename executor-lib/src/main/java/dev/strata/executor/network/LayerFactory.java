package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.Initializations;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.Losses;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.layer.SequenceOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Turns the elements of {@code network.layers} into DL4J layers, each as wide as the one below
 * gives.
 */
public final class LayerFactory {
  private static final double DEFAULT_SLOPE = 0.25;

  private final NetworkSettings network;
  private final OutputTask task;
  private final NetworkProblems problems;
  private final SequenceLayers sequences;
  private final ImageLayers images;
  private final ResidualBlocks blocks;

  public LayerFactory(NetworkSettings network, OutputTask task, NetworkProblems problems) {
    this.network = network;
    this.task = task;
    this.problems = problems;
    this.sequences = new SequenceLayers(this, problems);
    this.images = new ImageLayers(this, problems);
    this.blocks = new ResidualBlocks(this, problems);
  }

  /**
   * Name of layer {@code index}: its own, or its type with its number among the layers of its type.
   */
  static String name(List<LayerSettings> layers, int index) {
    LayerSettings layer = layers.get(index);
    if (layer instanceof LayerSettings.Output) {
      return layer.name().orElse(LayerActivations.OUTPUT);
    }
    long number =
        layers.subList(0, index + 1).stream().filter(l -> l.type().equals(layer.type())).count();
    return layer.name().orElse(layer.type() + "-" + number);
  }

  /**
   * Layers, and what stands below some of them.
   *
   * @param below makes vectors of images, by the index of the layer above it
   * @param above what the topmost makes of a row
   */
  record Stack(List<Layer> layers, Map<Integer, InputPreProcessor> below, RowShape above) {}

  /**
   * All layers; those with problems are left out.
   *
   * @param words ids of the input where that is text, which then is what the lowest layer takes; 0
   *     where the lowest layer takes numbers
   * @param input what the lowest layer takes
   */
  Stack build(int words, RowShape input) {
    return stack(blocks.decayed(network), "network.layers", words, input);
  }

  /**
   * As {@link #build}, of other layers.
   *
   * @param path of the list of layers
   */
  Stack stack(List<LayerSettings> layers, String path, int words, RowShape input) {
    List<Layer> built = new ArrayList<>();
    Map<Integer, InputPreProcessor> below = new TreeMap<>();
    RowShape shape = input;
    SequenceOrder order = new SequenceOrder(problems);
    for (int i = 0; i < layers.size(); i++) {
      LayerSettings settings = layers.get(i);
      String at = path + "[" + i + "].";
      String name = name(layers, i);
      boolean onText = i == 0 && words > 0;
      if (order.fits(settings, at, onText, shape)
          && new MaxoutLayers(problems).fits(settings, at, shape)) {
        Optional<Layer> layer =
            settings instanceof LayerSettings.Embedding embedding
                ? embedding(embedding, at, name, words, shape.width())
                : layer(settings, at, name, shape);
        layer.ifPresent(built::add);
        if (settings instanceof LayerSettings.Maxout maxout && layer.isPresent()) {
          below.put(i, MaxoutLayers.before(maxout, shape));
        }
        if (takesVectors(settings) && shape.isImage()) {
          below.put(i, ImageLayers.toVectors(shape));
        }
      }
      shape = above(settings, shape);
    }
    return new Stack(built, below, shape);
  }

  /** Whether a layer takes the numbers of a row as one vector. */
  public static boolean takesVectors(LayerSettings layer) {
    return layer instanceof LayerSettings.Dense || layer instanceof LayerSettings.Output;
  }

  /** What a layer makes of a row. */
  public static RowShape above(LayerSettings settings, RowShape below) {
    if (settings instanceof LayerSettings.Dense dense) {
      return RowShape.vector(dense.units().filter(u -> u > 0).orElse(Math.max(1, below.width())));
    }
    if (settings instanceof LayerSettings.Maxout maxout) {
      return MaxoutLayers.above(maxout, below);
    }
    return ImageLayers.isImageLayer(settings)
        ? ImageLayers.above(settings, below)
        : SequenceLayers.above(settings, below);
  }

  private Optional<Layer> embedding(
      LayerSettings.Embedding settings, String at, String name, int words, int steps) {
    int before = problems.list().size();
    Layer layer = sequences.embedding(settings, at, name, words, steps);
    return problems.list().size() == before ? Optional.of(layer) : Optional.empty();
  }

  /**
   * One layer that is not the lowest of a network of text; empty where it has problems.
   *
   * @param at path of its keys, with a dot at the end
   * @param below what it takes
   */
  public Optional<Layer> layer(LayerSettings settings, String at, String name, RowShape below) {
    int before = problems.list().size();
    int width =
        takesVectors(settings)
            ? (int) Math.min(Integer.MAX_VALUE, below.elements())
            : below.width();
    Layer layer = null;
    if (settings instanceof LayerSettings.Dense dense) {
      layer = dense(dense, at, name, width);
    } else if (settings instanceof LayerSettings.BatchNorm norm) {
      layer = batchNorm(norm, at, name, width);
    } else if (settings instanceof LayerSettings.Dropout dropout) {
      layer = dropout(dropout, at, name, width);
    } else if (settings instanceof LayerSettings.Maxout maxout) {
      layer = new MaxoutLayers(problems).layer(maxout, at, name, below);
    } else if (settings instanceof LayerSettings.Residual residual) {
      layer = blocks.layer(residual, at, name, below);
    } else if (settings instanceof LayerSettings.Prelu prelu) {
      layer = prelu(prelu, at, name, below);
    } else if (settings instanceof LayerSettings.Convolution convolution) {
      layer = sequences.convolution(convolution, at, name, below);
    } else if (settings instanceof LayerSettings.Convolution2d convolution) {
      layer = images.convolution(convolution, at, name, below);
    } else if (settings instanceof LayerSettings.Pooling2d pooling) {
      layer = images.pooling(pooling, at, name, below);
    } else if (settings instanceof LayerSettings.Pooling pooling) {
      layer = sequences.pooling(pooling, at, name);
    } else if (settings instanceof LayerSettings.Output output) {
      layer = output(output, at, name, width);
    }
    return problems.list().size() == before ? Optional.ofNullable(layer) : Optional.empty();
  }

  private Layer dense(LayerSettings.Dense s, String at, String name, int width) {
    checkUnits(at, s.units());
    double dropped = s.dropout().orElse(0.0);
    problems.range(at + "dropout", dropped, 0, 1);
    Activation activation = activation(at, s.activation().orElse(LayerSettings.DEFAULT_ACTIVATION));
    var builder = new DenseLayer.Builder().name(name).nIn(width).nOut(s.units().orElse(1));
    if (dropped > 0 && dropped < 1) {
      // DL4J's number is the share that is kept.
      builder.dropOut(1 - dropped);
    }
    weights(builder, at, activation, s.init(), s.bias(), s.l1(), s.l2());
    return new DenseOptions(network, problems).build(s, at, activation, builder);
  }

  private Layer prelu(LayerSettings.Prelu s, String at, String name, RowShape below) {
    double alpha = s.alpha().orElse(DEFAULT_SLOPE);
    if (!Double.isFinite(alpha)) {
      problems.add(at + "alpha", alpha, "a finite number");
    }
    if (below.isImage()) {
      problems.add(
          at + "type", "prelu on " + below.words(), "prelu only above a dense layer or the input");
    }
    int width = below.width();
    return new PReLULayer.Builder()
        .name(name)
        .nIn(width)
        .nOut(width)
        .inputShape(width)
        .weightInit(new WeightInitConstant(alpha))
        .build();
  }

  private Layer batchNorm(LayerSettings.BatchNorm s, String at, String name, int width) {
    problems.positive(at + "decay", s.decay().orElse(0.9), 1);
    problems.positive(at + "epsilon", s.epsilon().orElse(1e-5), Double.POSITIVE_INFINITY);
    return new BatchNormalization.Builder()
        .name(name)
        .nIn(width)
        .nOut(width)
        .decay(s.decay().orElse(0.9))
        .eps(s.epsilon().orElse(1e-5))
        .build();
  }

  private Layer dropout(LayerSettings.Dropout s, String at, String name, int width) {
    if (s.rate().isEmpty()) {
      problems.add(at + "rate", "nothing", "the dropout rate");
      return null;
    }
    double dropped = s.rate().get();
    problems.positive(at + "rate", dropped, 1);
    if (!(dropped > 0 && dropped < 1)) {
      return null;
    }
    // DL4J's number is the share that is kept, but that of Gaussian dropout.
    IDropout dropout =
        switch (s.kind()) {
          case PLAIN -> new Dropout(1 - dropped);
          case GAUSSIAN -> new GaussianDropout(dropped);
          case ALPHA -> new AlphaDropout(1 - dropped);
        };
    return new DropoutLayer.Builder(dropout).name(name).nIn(width).nOut(width).build();
  }

  private Layer output(LayerSettings.Output s, String at, String name, int width) {
    int units = units(s, at);
    Losses fallback = Losses.defaultFor(task);
    Losses loss =
        Losses.NAMES.find(at + "loss", s.loss().orElse(fallback.text()), problems).orElse(fallback);
    if (!loss.suits(task)) {
      problems.add(at + "loss", loss.text(), "a loss for " + task.words());
    }
    Activation activation =
        s.activation().isPresent() ? activation(at, s.activation().get()) : loss.activation();
    if (activation == Activation.RRELU) {
      problems.add(
          at + "activation", Activations.RANDOMIZED_RELU, "leaky-relu; outputs are not random");
    }
    if (activation == Activation.SOFTMAX && units == 1) {
      problems.add(
          at + "activation",
          "softmax",
          "another activation, because softmax of one unit is always 1");
    }
    var builder =
        new OutputLayer.Builder(loss.function()).name(name).nIn(width).nOut(Math.max(1, units));
    weights(builder, at, activation, s.init(), s.bias(), s.l1(), s.l2());
    return problems.none() ? builder.build() : null;
  }

  private int units(LayerSettings.Output s, String at) {
    s.units().ifPresent(u -> checkUnits(at, s.units()));
    int units = s.units().orElse(task.width());
    if (units == 0 && s.units().isEmpty()) {
      problems.add(
          at + "units", "nothing", "the number of outputs, because the data is not prepared");
    } else if (task.width() > 0 && units > 0 && units != task.width()) {
      problems.add(at + "units", units, task.width() + ", because the label has " + task.words());
    }
    return units;
  }

  void checkUnits(String at, Optional<Integer> units) {
    if (units.isEmpty()) {
      problems.add(at + "units", "nothing", "the width of the layer");
    } else if (units.get() < 1) {
      problems.add(at + "units", units.get(), "at least 1");
    }
  }

  Activation activation(String at, String name) {
    return Activations.OF_LAYERS
        .find(at + "activation", name, problems)
        .orElse(Activation.IDENTITY);
  }

  /** How the network's own factors regularise a layer that names none. */
  public static List<Regularization> regularization(NetworkSettings network) {
    var builder = new DenseLayer.Builder().l1(network.l1()).l2(network.l2());
    if (network.weightDecay() > 0) {
      builder.weightDecay(network.weightDecay());
    }
    return builder.build().getRegularization();
  }

  /** Constraints that the network's own settings put on a layer; null: none. */
  public static List<LayerConstraint> constraints(NetworkSettings network, BaseLayer layer) {
    return layer.getClass() == DenseLayer.class ? DenseOptions.limit(network.maxNorm()) : null;
  }

  void weights(
      BaseLayer.Builder<?> builder,
      String at,
      Activation activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2) {
    double l1Factor = l1.orElse(network.l1());
    double l2Factor = l2.orElse(network.l2());
    problems.range(
        l1.isPresent() ? at + "l1" : "network.l1", l1Factor, 0, Double.POSITIVE_INFINITY);
    problems.range(
        l2.isPresent() ? at + "l2" : "network.l2", l2Factor, 0, Double.POSITIVE_INFINITY);
    problems.range("network.weight-decay", network.weightDecay(), 0, Double.POSITIVE_INFINITY);
    if (l2Factor > 0 && network.weightDecay() > 0) {
      problems.add(
          l2.isPresent() ? at + "l2" : "network.l2", l2Factor, "0, because weight-decay is set");
    }
    if (bias.isPresent() && !Double.isFinite(bias.get())) {
      problems.add(at + "bias", bias.get(), "a finite number");
    }
    boolean dense = builder instanceof DenseLayer.Builder || builder instanceof OutputLayer.Builder;
    if (!dense && init.filter(Initializations.LSUV::equals).isPresent()) {
      problems.add(
          at + "init",
          Initializations.LSUV,
          "another initialization: lsuv is for layers of type dense and output");
    }
    builder.activation(Activations.function(activation)).biasInit(bias.orElse(0.0));
    builder.weightInit(
        init.flatMap(name -> Initializations.NAMES.find(at + "init", name, problems))
            .orElse(Initializations.defaultFor(activation)));
    // Set on each layer and never on the network: DL4J takes a layer's factor of 0 for "the
    // network's".
    builder.l1(l1Factor).l2(l2Factor);
    if (network.weightDecay() > 0) {
      builder.weightDecay(network.weightDecay());
    }
  }
}
