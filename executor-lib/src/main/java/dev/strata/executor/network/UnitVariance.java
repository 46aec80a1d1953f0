package dev.strata.executor.network;

import dev.strata.executor.layer.Initializations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.SequenceMask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Layer-sequential unit-variance initialization (LSUV; Mishkin and Matas 2016, algorithm 1):
 * orthonormal weights, then, from the bottom layer up, each layer's weights divided by the standard
 * deviation of its sums {@code x W} over real rows. The sums are linear in the weights, so that one
 * division is exact.
 *
 * <p>The orthonormal weights are those of the network's own random weights (Gram and Schmidt), so
 * that they follow from its seed.
 */
public final class UnitVariance {
  /** Number of rows that variances are computed of; fewer where there are fewer. */
  public static final int ROWS = 512;

  private UnitVariance() {}

  /** Names of the layers with the initialization lsuv, bottom to top. */
  public static List<String> layers(NetworkSettings settings) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < settings.layers().size(); i++) {
      if (isMeant(settings.layers().get(i))) {
        names.add(LayerFactory.name(settings.layers(), i));
      }
    }
    return names;
  }

  /** Whether a layer has the initialization lsuv. */
  public static boolean isMeant(LayerSettings layer) {
    Optional<String> init = Optional.empty();
    if (layer instanceof LayerSettings.Dense dense) {
      init = dense.init();
    } else if (layer instanceof LayerSettings.Output output) {
      init = output.init();
    }
    return init.filter(Initializations.LSUV::equals).isPresent();
  }

  /**
   * Initializes the weights of some dense layers.
   *
   * @param network new, its weights random
   * @param layers their names
   * @param rows as the network takes them
   */
  public static void apply(MultiLayerNetwork network, Collection<String> layers, INDArray rows) {
    for (int i = 0; i < network.getnLayers(); i++) {
      if (layers.contains(network.getLayer(i).conf().getLayer().getLayerName())) {
        INDArray weights = network.getLayer(i).getParam(DefaultParamInitializer.WEIGHT_KEY);
        INDArray own = orthonormal(weights.castTo(DataType.DOUBLE));
        INDArray sums = below(network, i, rows).castTo(DataType.DOUBLE).mmul(own);
        INDArray centered = sums.sub(sums.meanNumber());
        double variance = centered.mul(centered).meanNumber().doubleValue();
        weights.assign(variance > 0 ? own.divi(Math.sqrt(variance)) : own);
      }
    }
  }

  /** What a layer takes, at inference. */
  private static INDArray below(MultiLayerNetwork network, int layer, INDArray rows) {
    INDArray input = rows;
    if (layer > 0) {
      List<INDArray> all = SequenceMask.forward(network, layer - 1, rows);
      input = all.get(all.size() - 1);
    }
    InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(layer);
    return before == null
        ? input
        : before.preProcess(input, (int) rows.size(0), LayerWorkspaceMgr.noWorkspaces());
  }

  /**
   * Orthonormal columns, or rows where there are fewer of them, that span the same space.
   *
   * @param weights float64, {@code [inputs, units]}
   */
  private static INDArray orthonormal(INDArray weights) {
    boolean wide = weights.size(0) < weights.size(1);
    double[][] vectors = (wide ? weights : weights.transpose()).dup('c').toDoubleMatrix();
    for (int i = 0; i < vectors.length; i++) {
      // Twice is enough: the first time leaves rounding errors of nearly parallel vectors.
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          subtract(vectors[i], vectors[j], product(vectors[i], vectors[j]));
        }
        scale(vectors[i], 1 / Math.sqrt(product(vectors[i], vectors[i])));
      }
    }
    INDArray result = Nd4j.createFromArray(vectors);
    return (wide ? result : result.transpose()).dup();
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] other, double factor) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= factor * other[i];
    }
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
