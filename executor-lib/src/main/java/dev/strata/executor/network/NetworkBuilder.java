package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.Updaters;
import dev.strata.executor.preprocess.ImageShape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Turns network settings into a stock DL4J configuration, or says everything that is wrong with
 * them.
 */
public final class NetworkBuilder {
  /** Stands for an unknown text length: no window is too wide for it. */
  private static final int ANY_LENGTH = 1 << 20;

  private NetworkBuilder() {}

  /**
   * @param settings without a {@code dl4j-json}
   * @param inputWidth elements of an input row of the data; 0 where the data have not been looked
   *     at
   * @param task what the output is for
   * @param seed of the run, used where the network has none of its own
   * @throws StrataException (configuration) with all problems
   */
  public static NetworkConfiguration build(
      NetworkSettings settings, int inputWidth, OutputTask task, long seed) {
    return build(settings, Optional.empty(), NetworkInput.numbers(inputWidth), task, seed);
  }

  /**
   * @param dl4jJson text of the file {@code network.dl4j-json}, where there is one
   * @param input rows of the data
   * @throws StrataException (configuration) with all problems
   */
  public static NetworkConfiguration build(
      NetworkSettings settings,
      Optional<String> dl4jJson,
      NetworkInput input,
      OutputTask task,
      long seed) {
    NetworkProblems problems = new NetworkProblems();
    int width = inputWidth(settings, input.width(), problems);
    if (dl4jJson.isPresent()) {
      Dl4jJsonNetwork.exclude(settings, problems);
      problems.raise();
      return Dl4jJsonNetwork.read(
          settings, dl4jJson.get(), new NetworkInput(width, 0, input.image()), task);
    }
    NetworkInput known = new NetworkInput(width, input.vocabulary(), input.image(), input.likely());
    Parts parts = parts(settings, known, task, problems);
    problems.raise();
    return assemble(settings, parts, parts.layers(), parts.below(), seed);
  }

  /** Whether rows are images for the network: its lowest layers take images alone. */
  public static boolean takesImages(NetworkSettings settings) {
    return InputImages.areMeant(settings);
  }

  /** What stands between images and a layer that takes them as vectors. */
  public static InputPreProcessor toVectors(RowShape image) {
    return ImageLayers.toVectors(image);
  }

  /**
   * The network of some layers under one updater and clipping.
   *
   * @param parts without problems
   * @param layers bottom to top; an updater or a clipping of their own stays
   * @param preprocessors what stands between layers, by the index of the layer above
   */
  public static NetworkConfiguration assemble(
      NetworkSettings settings,
      Parts parts,
      List<Layer> layers,
      Map<Integer, InputPreProcessor> preprocessors,
      long seed) {
    Supplier<NeuralNetConfiguration.Builder> builder =
        () ->
            new NeuralNetConfiguration.Builder()
                .seed(InitialSeed.of(settings.seed().orElse(seed)))
                .activation(Activation.IDENTITY)
                .updater(parts.updater().orElseThrow())
                .gradientNormalization(parts.clipping().orElseThrow())
                .gradientNormalizationThreshold(settings.clipping().threshold());
    var list = builder.get().list();
    for (Layer layer : layers) {
      if (layer instanceof Residual block) {
        // DL4J gives the network's settings to layers of its own alone.
        block.replaceLayers(inner -> builder.get().layer(inner).build().getLayer());
      }
      list.layer(layer);
    }
    preprocessors.forEach(list::inputPreProcessor);
    try {
      MultiLayerNetwork network = new MultiLayerNetwork(list.build());
      network.init();
      return NetworkConfiguration.of(network);
    } catch (DL4JException e) {
      // Such as a loss with an activation that it is not defined for.
      throw StrataException.configuration("the network cannot be built")
          .key("network.layers")
          .found(String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
          .expected("layers that DL4J can combine")
          .cause(e)
          .build();
    }
  }

  /**
   * What is wrong with settings that have no {@code dl4j-json}, before the data have been looked
   * at.
   *
   * @param task with any width above 0 where the number of classes is not known
   */
  public static NetworkProblems check(NetworkSettings settings, OutputTask task) {
    NetworkProblems problems = new NetworkProblems();
    boolean text =
        !settings.layers().isEmpty() && settings.layers().get(0) instanceof LayerSettings.Embedding;
    if (InputImages.areMeant(settings)) {
      RowShape image = InputImages.unseen(settings, problems);
      RowShape rows =
          settings.image().isPresent() ? image : ResidualBlocks.unseen(settings.layers(), image);
      parts(settings, 0, rows, task, problems);
      return problems;
    }
    int least = ResidualBlocks.unseen(settings.layers(), RowShape.vector(1)).width();
    int unseen = text ? ANY_LENGTH : settings.image().map(ImageShape::length).orElse(least);
    int width = Math.max(1, settings.input().orElse(unseen));
    parts(settings, new NetworkInput(width, text ? 1 : 0), task, problems);
    return problems;
  }

  /**
   * The same of layers that are put on a model, before the model has been looked at: where the
   * lowest takes a vector for each word, the model is taken to give them.
   */
  public static NetworkProblems checkTop(NetworkSettings settings, OutputTask task) {
    NetworkProblems problems = new NetworkProblems();
    Optional<LayerSettings> lowest =
        ResidualBlocks.flat(settings.layers()).stream()
            .filter(
                layer ->
                    !(layer instanceof LayerSettings.Dropout
                        || layer instanceof LayerSettings.BatchNorm))
            .findFirst();
    boolean words =
        lowest
            .filter(
                layer ->
                    layer instanceof LayerSettings.Convolution
                        || layer instanceof LayerSettings.Pooling)
            .isPresent();
    RowShape below = words ? new RowShape(1, ANY_LENGTH, true) : RowShape.vector(1);
    boolean images = lowest.filter(ImageLayers::isImageLayer).isPresent();
    RowShape unseen = images ? InputImages.ANY : below;
    RowShape rows = words ? below : ResidualBlocks.unseen(settings.layers(), unseen);
    parts(settings, 0, rows, task, problems);
    return problems;
  }

  /**
   * What a network is made of; incomplete where there are problems.
   *
   * @param below what stands below layers, by the index of the layer above it
   */
  public record Parts(
      Optional<IUpdater> updater,
      Optional<GradientNormalization> clipping,
      List<Layer> layers,
      Map<Integer, InputPreProcessor> below) {}

  public static Parts parts(
      NetworkSettings settings, NetworkInput input, OutputTask task, NetworkProblems problems) {
    if (!InputImages.areMeant(settings)) {
      InputImages.checkShape(settings, input, problems);
      return parts(settings, input.vocabulary(), RowShape.vector(input.width()), task, problems);
    }
    Optional<ImageShape> image = InputImages.of(settings, input, problems);
    RowShape rows = image.map(InputImages::rows).orElse(InputImages.ANY);
    Parts parts = parts(settings, 0, rows, task, problems);
    image.ifPresent(shape -> parts.below().put(0, ImageLayers.toImages(shape)));
    return parts;
  }

  /**
   * @param words ids of the input where that is text and the layers begin with it, else 0
   * @param below what the lowest of the layers takes
   */
  public static Parts parts(
      NetworkSettings settings,
      int words,
      RowShape below,
      OutputTask task,
      NetworkProblems problems) {
    var updater = Updaters.build(settings.updater(), settings.schedule(), problems);
    var clipping =
        Clippings.NAMES.find("network.clipping.type", settings.clipping().type(), problems);
    problems.positive(
        "network.clipping.threshold", settings.clipping().threshold(), Double.POSITIVE_INFINITY);
    checkOrder(settings.layers(), problems);
    LayerFactory.Stack stack = new LayerFactory(settings, task, problems).build(words, below);
    return new Parts(updater, clipping, stack.layers(), stack.below());
  }

  private static int inputWidth(NetworkSettings settings, int data, NetworkProblems problems) {
    int own = settings.input().orElse(0);
    if (settings.input().isPresent() && own < 1) {
      problems.add("network.input", own, "at least 1");
    } else if (own > 0 && data > 0 && own != data) {
      problems.add("network.input", own, data + ", the width of the features");
    } else if (own == 0 && data == 0) {
      problems.add(
          "network.input", "nothing", "the width of the input, because the data is not prepared");
    }
    return data > 0 ? data : own;
  }

  private static void checkOrder(List<LayerSettings> layers, NetworkProblems problems) {
    if (layers.isEmpty()) {
      problems.add(
          "network.layers",
          "no layer",
          "layers, the last one of type output; or network.dl4j-json");
      return;
    }
    int last = layers.size() - 1;
    if (!(layers.get(last) instanceof LayerSettings.Output)) {
      problems.add(
          "network.layers[" + last + "].type",
          layers.get(last).type(),
          "output, for the last layer");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      String at = "network.layers[" + i + "].";
      if (i < last && layers.get(i) instanceof LayerSettings.Output) {
        problems.add(at + "type", "output", "output only as the last layer");
      }
      String name = LayerFactory.name(layers, i);
      boolean named = checkName(layers, i, at, names, problems);
      if (named && i < last && name.equals(LayerActivations.OUTPUT)) {
        problems.add(at + "name", name, "another name, because output means the last layer");
      }
    }
  }

  /**
   * Whether a layer's name is one that no layer below it has; says why not.
   *
   * @param at path of its keys, with a dot at the end
   * @param names of the layers below, which its own joins
   */
  static boolean checkName(
      List<LayerSettings> layers,
      int index,
      String at,
      Set<String> names,
      NetworkProblems problems) {
    String name = LayerFactory.name(layers, index);
    boolean fits = name.matches("[A-Za-z][A-Za-z0-9_-]*");
    if (!fits) {
      problems.add(at + "name", name, "a letter, then letters, digits, - and _");
    } else if (!names.add(name)) {
      problems.add(at + "name", name, "a unique name");
      return false;
    }
    return fits;
  }
}
