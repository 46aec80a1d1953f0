package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.layer.RowShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.InputPreProcessor;

/** Residual blocks of {@code network.layers}. */
final class ResidualBlocks {
  private static final Set<String> WITHIN =
      Set.of(
          "dense",
          "batch-norm",
          "dropout",
          "gaussian-dropout",
          "alpha-dropout",
          "prelu",
          "maxout",
          "convolution-2d",
          "pooling-2d");

  private final LayerFactory factory;
  private final NetworkProblems problems;

  ResidualBlocks(LayerFactory factory, NetworkProblems problems) {
    this.factory = factory;
    this.problems = problems;
  }

  /** The block; null where there is a problem. */
  Residual layer(LayerSettings.Residual s, String at, String name, RowShape below) {
    int before = problems.list().size();
    double survival = s.survival().orElse(1.0);
    check(at + "survival", survival);
    if (s.layers().isEmpty()) {
      problems.add(
          at + "layers",
          "no layer",
          "the layers of the block, such as [{ type = dense, units = 64 }]");
    }
    checkLayers(s.layers(), at);
    if (problems.list().size() > before) {
      return null;
    }
    LayerFactory.Stack stack = factory.stack(s.layers(), at + "layers", 0, below);
    Map<Integer, InputPreProcessor> between = new TreeMap<>(stack.below());
    RowShape above = stack.above();
    if (MaxoutLayers.is(above) && !below.isImage()) {
      between.put(s.layers().size(), ImageLayers.toVectors(above));
      above = RowShape.vector((int) above.elements());
    }
    if (problems.list().size() == before && !above.suits(below)) {
      problems.add(
          at + "layers",
          above.words(),
          below.words() + ", because the block adds its input to the output of its layers");
    }
    return problems.list().size() == before
        ? new Residual(name, stack.layers(), between, survival)
        : null;
  }

  private void check(String key, double survival) {
    if (!(survival > 0 && survival <= 1)) {
      problems.add(key, survival, "in (0, 1], such as 0.8");
    }
  }

  /** The layers, each block with a probability of survival. */
  List<LayerSettings> decayed(NetworkSettings network) {
    double last = network.survival().orElse(1.0);
    int before = problems.list().size();
    check("network.survival", last);
    long all = network.layers().stream().filter(LayerSettings.Residual.class::isInstance).count();
    if (all == 0 && last != 1) {
      problems.add(
          "network.survival", last, "1, because no layer of network.layers is of type residual");
    }
    if (problems.list().size() > before) {
      return network.layers();
    }
    List<LayerSettings> layers = new ArrayList<>();
    int number = 0;
    for (LayerSettings layer : network.layers()) {
      if (layer instanceof LayerSettings.Residual block) {
        number++;
        double linear = 1 - (double) number / all * (1 - last);
        Optional<Double> survival = Optional.of(block.survival().orElse(linear));
        layers.add(new LayerSettings.Residual(block.layers(), survival, block.name()));
      } else {
        layers.add(layer);
      }
    }
    return layers;
  }

  private void checkLayers(List<LayerSettings> layers, String at) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      LayerSettings layer = layers.get(i);
      String path = at + "layers[" + i + "].";
      if (!WITHIN.contains(layer.type())) {
        problems.add(
            path + "type",
            layer.type() + " in a residual block",
            "one of " + String.join(", ", WITHIN.stream().sorted().toList()));
      }
      if (UnitVariance.isMeant(layer)) {
        problems.add(
            path + "init", "lsuv in a residual block", "another initialization, such as he-normal");
      }
      NetworkBuilder.checkName(layers, i, path, names, problems);
    }
  }

  /**
   * What the lowest layers take before the rows have been looked at, where a residual block says:
   * as much as it makes.
   *
   * @param otherwise where no block does
   */
  static RowShape unseen(List<LayerSettings> layers, RowShape otherwise) {
    for (LayerSettings layer : layers) {
      if (layer instanceof LayerSettings.Residual block && !keepsShape(block)) {
        RowShape shape = otherwise;
        for (LayerSettings inner : block.layers()) {
          shape = LayerFactory.above(inner, shape);
        }
        shape = MaxoutLayers.is(shape) ? RowShape.vector((int) shape.elements()) : shape;
        return new RowShape(shape.width(), 0, false, otherwise.plane());
      }
      if (!keepsShape(layer)) {
        return otherwise;
      }
    }
    return otherwise;
  }

  private static boolean keepsShape(LayerSettings layer) {
    if (layer instanceof LayerSettings.Residual block) {
      return block.layers().stream().allMatch(ResidualBlocks::keepsShape);
    }
    return layer instanceof LayerSettings.Dropout
        || layer instanceof LayerSettings.BatchNorm
        || layer instanceof LayerSettings.Prelu;
  }

  /** The layers of all blocks, and all others. */
  static List<LayerSettings> flat(List<LayerSettings> layers) {
    return layers.stream()
        .flatMap(
            l ->
                l instanceof LayerSettings.Residual block
                    ? block.layers().stream()
                    : Optional.of(l).stream())
        .toList();
  }
}
