package dev.strata.executor.network;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * The configuration section {@code network}, key by key. Names (of activations, updaters and so on)
 * are text as the user wrote it; {@link NetworkBuilder} checks them and reports every problem at
 * once.
 *
 * @param input width of the input; absent: the width of the data
 * @param image how rows are images; absent: as the data says
 * @param layers bottom to top; empty only with {@code dl4jJson}
 * @param dl4jJson file of a stock DL4J configuration, which excludes everything else but {@code
 *     input}
 * @param updater the updater
 * @param schedule the learning rate over time
 * @param clipping clipping of gradients
 * @param l1 factor of the weights' absolute values in the loss; biases have none
 * @param l2 factor of half the weights' squares in the loss; biases have none
 * @param weightDecay fraction of the weights, times the learning rate, subtracted at each step;
 *     excludes l2
 * @param maxNorm greatest length of a dense layer's unit's incoming weights; 0: none
 * @param survival p: residual blocks without their own probability of survival have, block l of L
 *     from the bottom, 1 − l / L (1 − p) (Huang et al. 2016, equation 4); absent: 1
 * @param seed of the initial weights; absent: the run's
 */
@RecordBuilder
public record NetworkSettings(
    Optional<Integer> input,
    Optional<ImageShape> image,
    List<LayerSettings> layers,
    Optional<String> dl4jJson,
    UpdaterSettings updater,
    ScheduleSettings schedule,
    ClippingSettings clipping,
    double l1,
    double l2,
    double weightDecay,
    double maxNorm,
    Optional<Double> survival,
    Optional<Long> seed) {
  public NetworkSettings {
    layers = List.copyOf(layers);
  }

  /** The same with other layers. */
  public NetworkSettings withLayers(List<LayerSettings> others) {
    return NetworkSettingsBuilder.builder(this).layers(others).build();
  }

  /**
   * The defaults of the keys: no layers, the default updater, constant learning rate, no clipping,
   * no regularisation, the seed of the run.
   */
  public static NetworkSettings defaults() {
    return of(List.of(), UpdaterSettings.defaults());
  }

  /**
   * Layers and an updater; else the defaults: constant learning rate, no clipping, no
   * regularisation.
   */
  public static NetworkSettings of(List<LayerSettings> layers, UpdaterSettings updater) {
    return NetworkSettingsBuilder.builder()
        .layers(layers)
        .updater(updater)
        .schedule(ScheduleSettings.none())
        .clipping(ClippingSettings.none())
        .l1(0)
        .l2(0)
        .weightDecay(0)
        .maxNorm(0)
        .survival(Optional.of(1.0))
        .build();
  }
}
