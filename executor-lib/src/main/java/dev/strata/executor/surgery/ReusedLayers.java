package dev.strata.executor.surgery;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.network.LayerFactory;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkShapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layers of a trained sequential network that another network is built on, bottom to top.
 *
 * @param network whose layers they are
 * @param all in their order in the new network
 * @param inputWidth elements of an input row
 */
public record ReusedLayers(NetworkConfiguration network, List<ReusedLayer> all, int inputWidth) {
  private static final String FREEZE = "fine-tune.freeze";

  public ReusedLayers {
    all = List.copyOf(all);
  }

  /**
   * All layers below the output layer; all layers where there is no output layer, as in a
   * pretrained encoder.
   *
   * @param key that names the model, for errors
   * @throws StrataException (configuration) where the network is a graph, or has no layer to reuse
   */
  public static ReusedLayers belowOutput(NetworkConfiguration network, String key) {
    if (network.kind() != NetworkConfiguration.Kind.MULTI_LAYER) {
      throw StrataException.configuration("layers of a graph cannot be reused")
          .key(key)
          .found("a ComputationGraph")
          .expected("a sequential network")
          .build();
    }
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    int count = model.getnLayers();
    if (count > 0 && model.getLayer(count - 1) instanceof IOutputLayer) {
      count--;
    }
    if (count == 0) {
      throw StrataException.configuration("the model has no layer below its output layer")
          .key(key)
          .found("only an output layer")
          .expected("at least one layer to reuse")
          .build();
    }
    return new ReusedLayers(
        network, layers(model, count, network), NetworkShapes.inputWidth(network));
  }

  private static List<ReusedLayer> layers(
      MultiLayerNetwork model, int count, NetworkConfiguration network) {
    List<String> names = new LayerActivations(model).names();
    int inputs = NetworkShapes.inputWidth(network);
    List<INDArray> outputs =
        model.feedForwardToLayer(count - 1, Nd4j.zeros(1, inputs), false).subList(1, count + 1);
    boolean planes = hasPlanes(network);
    RowShape below = RowShape.vector(inputs);
    InputPreProcessor first = network.multiLayer().getInputPreProcess(0);
    if (first != null && planes) {
      INDArray rows = first.preProcess(Nd4j.zeros(1, inputs), 1, LayerWorkspaceMgr.noWorkspaces());
      below = rows.rank() == 4 ? RowShape.of(rows, false, true) : below;
    }
    List<ReusedLayer> layers = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < count; i++) {
      Layer settings = model.getLayer(i).conf().getLayer();
      boolean zeros =
          settings instanceof EmbeddingSequenceLayer
              || settings instanceof DropoutLayer && below.zeroPadded();
      RowShape above = RowShape.of(outputs.get(i), zeros, planes);
      long parameters = model.getLayer(i).numParams();
      layers.add(
          new ReusedLayer(
              names.get(i),
              i,
              ReusedLayer.Origin.KEPT,
              below,
              above,
              from,
              parameters,
              Optional.empty()));
      from += parameters;
      below = above;
    }
    return layers;
  }

  /** Whether channels come before height and width in all of the network's images. */
  private static boolean hasPlanes(NetworkConfiguration network) {
    return !network.json().contains('"' + CNN2DFormat.NHWC.name() + '"');
  }

  /**
   * These layers after dropping, renaming, reinitializing or replacing some.
   *
   * @throws StrataException (configuration) with all problems: names that no layer has, layers that
   *     do not fit on one another
   */
  public ReusedLayers with(SurgerySettings settings) {
    return new ReusedLayers(network, new LayerSurgery(this, settings).run(), inputWidth);
  }

  /** Number of these layers. */
  public int count() {
    return all.size();
  }

  public List<String> names() {
    return all.stream().map(ReusedLayer::name).toList();
  }

  /**
   * Elements of an output row of each layer; 0 where it has a vector per word or is of no known
   * shape.
   */
  public List<Integer> widths() {
    return all.stream().map(ReusedLayer::outputs).toList();
  }

  /** Number of parameters that are taken over from the model. */
  public long parameters() {
    return all.stream().filter(ReusedLayer::kept).mapToLong(ReusedLayer::parameters).sum();
  }

  /** What the topmost gives. */
  public RowShape outputShape() {
    return all.get(count() - 1).above();
  }

  /** Whether the lowest layer of the model takes ids of words. */
  boolean onText() {
    return network.multiLayer().getConf(0).getLayer() instanceof EmbeddingSequenceLayer;
  }

  /** How many of these layers that keep their parameters, and have any, are above one of them. */
  int keptAbove(int position) {
    return (int)
        all.subList(position + 1, count()).stream()
            .filter(layer -> layer.kept() && layer.parameters() > 0)
            .count();
  }

  /**
   * How many of the lowest layers are frozen.
   *
   * @param freeze their number, or the name of the highest
   * @return 0 where there is a problem with it
   */
  public int frozen(String freeze, NetworkProblems problems) {
    int before = problems.list().size();
    int frozen = freeze.matches("-?\\d{1,9}") ? Integer.parseInt(freeze) : position(freeze) + 1;
    if (frozen < 0 || frozen > count() || (frozen == 0 && !freeze.equals("0"))) {
      problems.add(
          FREEZE,
          freeze + nearest(freeze, names()),
          "at most "
              + count()
              + ", or one of the layers "
              + String.join(", ", names())
              + ", the topmost one to freeze");
      return 0;
    }
    for (ReusedLayer layer : all.subList(0, frozen)) {
      if (!layer.kept()) {
        problems.add(
            FREEZE,
            freeze,
            "only layers below " + layer.name() + ", which is reinitialized and must be trained");
      }
    }
    if (frozen > 0 && all.get(frozen - 1).outputs() == 0) {
      problems.add(
          FREEZE,
          freeze,
          "a topmost frozen layer whose output for a row is one vector or image, not "
              + all.get(frozen - 1).name()
              + ", because Strata computes the output of frozen layers once");
    }
    return problems.list().size() == before ? frozen : 0;
  }

  /** As {@link #frozen(String, NetworkProblems)}. */
  public int frozen(String freeze) {
    NetworkProblems problems = new NetworkProblems();
    int frozen = frozen(freeze, problems);
    problems.raise();
    return frozen;
  }

  private int position(String name) {
    return names().indexOf(name);
  }

  /** For messages, behind a wrong name: the nearest known one. */
  static String nearest(String name, List<String> known) {
    return Nearest.to(name, known).map(n -> ", did you mean " + n + "?").orElse("");
  }

  /** The layers' configurations; those that cannot be built are left out. */
  List<Layer> layers(LayerFactory factory) {
    var confs = network.multiLayer().getConfs();
    List<Layer> layers = new ArrayList<>();
    for (ReusedLayer reused : all) {
      if (reused.replacement().isPresent()) {
        factory
            .layer(
                reused.replacement().get(),
                "fine-tune.replace." + reused.name() + ".",
                reused.name(),
                reused.below())
            .ifPresent(layers::add);
        continue;
      }
      Layer layer = confs.get(reused.index()).getLayer();
      layer.setLayerName(reused.name());
      boolean fits = reused.below().isKnown() && !(layer instanceof EmbeddingSequenceLayer);
      if (!reused.kept() && layer instanceof FeedForwardLayer wide && fits) {
        boolean flat = layer instanceof DenseLayer && reused.below().isImage();
        wide.setNIn(flat ? reused.below().elements() : reused.below().width());
        if (layer instanceof BatchNormalization) {
          wide.setNOut(reused.below().width());
        }
      }
      if (!reused.kept() && layer instanceof PReLULayer prelu && fits) {
        prelu.setInputShape(new long[] {reused.below().width()});
      }
      layers.add(layer);
    }
    return layers;
  }

  /** What stands between the layers, by the position of the layer above it. */
  Map<Integer, InputPreProcessor> preprocessors() {
    Map<Integer, InputPreProcessor> own = network.multiLayer().getInputPreProcessors();
    Map<Integer, InputPreProcessor> placed = new HashMap<>();
    for (int i = 0; i < count(); i++) {
      ReusedLayer layer = all.get(i);
      InputPreProcessor before = own.get(layer.index());
      boolean image = layer.below().isImage();
      boolean dense =
          layer
              .replacement()
              .map(LayerFactory::takesVectors)
              .orElse(before instanceof CnnToFeedForwardPreProcessor);
      if (image && dense) {
        placed.put(i, NetworkBuilder.toVectors(layer.below()));
      } else if (before != null && !(before instanceof CnnToFeedForwardPreProcessor && image)) {
        placed.put(i, before);
      }
    }
    return placed;
  }

  /** Whether something must stand between a layer of the model and the one below it there. */
  boolean standsOnOther(ReusedLayer layer) {
    return network.multiLayer().getInputPreProcessors().containsKey(layer.index());
  }

  /** Whether a layer adds its input to its output, so that both are of one shape. */
  boolean isResidual(ReusedLayer layer) {
    return network.multiLayer().getConf(layer.index()).getLayer() instanceof Residual;
  }

  /** Those that a condition holds for. */
  List<ReusedLayer> that(Predicate<ReusedLayer> condition) {
    return all.stream().filter(condition).toList();
  }
}
