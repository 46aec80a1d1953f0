package dev.strata.executor.surgery;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.FractionalPooling;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.network.LayerFactory;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.Updaters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Puts new layers on reused ones: one stock DL4J network, whose updater, schedule, clipping and
 * regularisation are those of the new settings in every layer.
 *
 * <p>Layers of the new settings without a name are numbered so that no name is there twice.
 */
public final class TransferBuilder {
  private static final String LAYERS = "network.layers";

  private final ReusedLayers reused;
  private final NetworkSettings settings;
  private final ReuseSettings reuse;
  private final NetworkProblems problems = new NetworkProblems();
  private int frozen;

  private TransferBuilder(ReusedLayers reused, NetworkSettings settings, ReuseSettings reuse) {
    this.reused = reused;
    this.settings = settings;
    this.reuse = reuse;
  }

  /**
   * @param top what is put on top, and how everything is trained; without layers: one output layer
   * @param task what the output is for
   * @param seed of the run, for the initial weights of the new layers where the network has none of
   *     its own
   * @throws StrataException (configuration) with all problems
   */
  public static NetworkConfiguration build(
      ReusedLayers reused, NetworkSettings top, ReuseSettings reuse, OutputTask task, long seed) {
    return new TransferBuilder(reused, withOutput(top), reuse).build(task, seed);
  }

  /** The settings themselves, or with one output layer where they have no layer. */
  public static NetworkSettings withOutput(NetworkSettings top) {
    return top.layers().isEmpty() ? top.withLayers(List.of(LayerSettings.output())) : top;
  }

  private NetworkConfiguration build(OutputTask task, long seed) {
    frozen = reused.frozen(reuse.freeze(), problems);
    checkReuse();
    NetworkSettings named = settings.withLayers(named());
    NetworkBuilder.Parts parts =
        NetworkBuilder.parts(named, 0, reused.outputShape(), task, problems);
    List<Layer> layers = reused.layers(new LayerFactory(named, task, problems));
    checkRates(parts);
    problems.raise();
    for (int i = 0; i < layers.size(); i++) {
      if (reused.all().get(i).replacement().isEmpty()) {
        retrain(layers.get(i));
      }
      dropInputs(layers.get(i), i);
    }
    Layer lowest = parts.layers().get(0);
    boolean takesDropout = !(lowest instanceof BatchNormalization || isPooling(lowest));
    if (lowest.getIDropout() == null && takesDropout) {
      lowest.setIDropout(dropout(reuse.hiddenDropout()));
    }
    layers.addAll(parts.layers());
    if (parts.updater().orElseThrow().hasLearningRate()) {
      setRates(layers);
    }
    Map<Integer, InputPreProcessor> between = new HashMap<>(reused.preprocessors());
    parts.below().forEach((index, below) -> between.put(reused.count() + index, below));
    return NetworkBuilder.assemble(named, parts, layers, between, seed);
  }

  private void checkReuse() {
    problems.range("fine-tune.dropout.input", reuse.inputDropout(), 0, 1);
    problems.range("fine-tune.dropout.hidden", reuse.hiddenDropout(), 0, 1);
    if (reused.onText() && reuse.inputDropout() > 0) {
      problems.add(
          "fine-tune.dropout.input",
          reuse.inputDropout(),
          "0, because the inputs are word ids; fine-tune.dropout.hidden applies to their vectors");
    }
    if (frozen > 0 && reuse.inputDropout() > 0 && reuse.cached()) {
      problems.add(
          "fine-tune.cache-frozen",
          true,
          "false: fine-tune.dropout.input = "
              + reuse.inputDropout()
              + " changes the inputs of the frozen layers in each epoch, so that their output"
              + " cannot be cached");
    }
    settings
        .input()
        .filter(width -> width != reused.inputWidth())
        .ifPresent(
            width ->
                problems.add(
                    "network.input",
                    width,
                    reused.inputWidth() + ", the width of the model's input"));
    settings
        .image()
        .filter(image -> image.length() != reused.inputWidth())
        .ifPresent(
            image ->
                problems.add(
                    "network.image",
                    image,
                    "height × width × channels = "
                        + reused.inputWidth()
                        + ", the width of the model's input; or no setting"));
    if (settings.dl4jJson().isPresent()) {
      problems.add(
          "network.dl4j-json", settings.dl4jJson().get(), "no setting, because model is set");
    }
  }

  /** The layers with names that no reused layer has. */
  private List<LayerSettings> named() {
    Set<String> taken = new HashSet<>(reused.names());
    List<LayerSettings> layers = new ArrayList<>();
    for (int i = 0; i < settings.layers().size(); i++) {
      LayerSettings layer = settings.layers().get(i);
      if (layer.name().isPresent()) {
        if (taken.contains(layer.name().get())) {
          problems.add(
              LAYERS + "[" + i + "].name",
              layer.name().get(),
              "a name that no layer of the model has");
        }
      } else if (!(layer instanceof LayerSettings.Output)) {
        int number = 1;
        while (taken.contains(layer.type() + "-" + number)) {
          number++;
        }
        layer = layer.withName(layer.type() + "-" + number);
        taken.add(layer.name().orElseThrow());
      }
      layers.add(layer);
    }
    return layers;
  }

  private void checkRates(NetworkBuilder.Parts parts) {
    LayerRates rates = reuse.rates();
    String at = "fine-tune.learning-rate.";
    problems.positive(at + "reused", rates.reused(), Double.POSITIVE_INFINITY);
    problems.positive(at + "depth", rates.depth(), Double.POSITIVE_INFINITY);
    List<String> names = new ArrayList<>(reused.names());
    parts.layers().forEach(layer -> names.add(layer.getLayerName()));
    rates
        .layers()
        .forEach(
            (name, factor) -> {
              problems.positive(at + "layers." + name, factor, Double.POSITIVE_INFINITY);
              if (!names.contains(name) && problems.none()) {
                problems.add(
                    at + "layers",
                    name + ReusedLayers.nearest(name, names),
                    "one of the layers " + String.join(", ", names));
              }
            });
    boolean without = parts.updater().isPresent() && !parts.updater().get().hasLearningRate();
    if (without && !rates.layers().isEmpty()) {
      problems.add(
          at + "layers",
          String.join(", ", rates.layers().keySet()),
          "no setting, because the updater " + settings.updater().type() + " has no learning rate");
    }
  }

  /** Gives layers whose rate is not the network's an updater of their own. */
  private void setRates(List<Layer> layers) {
    for (int i = 0; i < layers.size(); i++) {
      boolean below = i < reused.count();
      double factor =
          reuse
              .rates()
              .factor(
                  layers.get(i).getLayerName(),
                  below && reused.all().get(i).kept(),
                  below ? reused.keptAbove(i) : 0);
      if (factor != 1) {
        for (Layer part : Residual.parts(layers.get(i))) {
          setRate(part, factor);
        }
      }
    }
  }

  private void setRate(Layer layer, double factor) {
    if (layer instanceof BaseLayer base) {
      base.setIUpdater(
          Updaters.build(
                  settings.updater().times(factor), settings.schedule().times(factor), problems)
              .orElseThrow());
    }
  }

  /** Leaves of a reused layer what it computes and takes away how it was trained. */
  private void retrain(Layer layer) {
    if (layer instanceof Residual block) {
      block.getLayers().forEach(this::retrain);
      block.getLayers().stream()
          .filter(inner -> !(inner instanceof DropoutLayer))
          .forEach(inner -> inner.setIDropout(null));
    }
    if (layer instanceof BaseLayer base) {
      base.setIUpdater(null);
      base.setBiasUpdater(null);
      base.setGradientNormalization(null);
      base.setGradientNormalizationThreshold(Double.NaN);
      base.setRegularization(regularization());
      base.setRegularizationBias(new ArrayList<>());
      base.setWeightNoise(null);
      base.setConstraints(LayerFactory.constraints(settings, base));
    }
  }

  /** A replacement's own share of dropped inputs goes before. */
  private void dropInputs(Layer layer, int index) {
    boolean own = reused.all().get(index).replacement().isPresent() && layer.getIDropout() != null;
    if (layer instanceof DropoutLayer || own) {
      return;
    }
    // Neither applies a dropout of its own in DL4J.
    boolean takesNone = layer instanceof BatchNormalization || isPooling(layer);
    boolean drops = index >= frozen && !takesNone;
    double share = index == 0 ? reuse.inputDropout() : reuse.hiddenDropout();
    layer.setIDropout(drops ? dropout(share) : null);
  }

  private static boolean isPooling(Layer layer) {
    return layer instanceof GlobalPoolingLayer
        || layer instanceof SubsamplingLayer
        || layer instanceof FractionalPooling;
  }

  private List<Regularization> regularization() {
    return new ArrayList<>(LayerFactory.regularization(settings));
  }

  /** Null where nothing is dropped. DL4J's number is the share that is kept. */
  private static Dropout dropout(double share) {
    return share > 0 ? new Dropout(1 - share) : null;
  }
}
