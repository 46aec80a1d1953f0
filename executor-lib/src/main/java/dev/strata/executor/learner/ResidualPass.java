package dev.strata.executor.learner;

import dev.strata.executor.layer.ResidualLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A residual block, {@code y = x + b f(x)}, of layers that have passes: {@link ResidualLayer}
 * without what DL4J computes twice. It draws b as that does.
 */
final class ResidualPass implements HiddenPass {
  private final ResidualLayer block;
  private final List<HiddenPass> layers = new ArrayList<>();
  private final Map<String, INDArray> gradients = new LinkedHashMap<>();
  private double factor;

  /**
   * @param pass of a layer of f
   */
  ResidualPass(ResidualLayer block, Function<Layer, HiddenPass> pass) {
    this.block = block;
    for (ResidualLayer.Part part : ResidualLayer.parts(block)) {
      HiddenPass own = pass.apply(part.layer());
      layers.add(own);
      own.views().forEach((name, view) -> gradients.put(part.prefix() + name, view));
    }
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  @Override
  public INDArray forward(INDArray rows) {
    factor = block.trainingFactor();
    if (factor == 0) {
      return rows;
    }
    INDArray above = rows;
    for (HiddenPass layer : layers) {
      above = layer.forward(above);
    }
    // The topmost layer may need its output when it goes back.
    return factor == 1 ? above.add(rows) : above.mul(factor).addi(rows);
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    if (factor == 0) {
      gradients.values().forEach(view -> view.assign(0));
      return further ? epsilon : null;
    }
    // The layers may overwrite what they get, and the shortcut passes it on as it is.
    INDArray down = factor == 1 ? epsilon.dup() : epsilon.mul(factor);
    for (int i = layers.size() - 1; i >= 0; i--) {
      down = layers.get(i).back(down, further || i > 0);
    }
    return further ? down.addi(epsilon) : null;
  }
}
