package dev.strata.executor.surgery;

import dev.strata.executor.layer.LayerSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes to a model's layers before new ones are put on top. All names but those of {@code choice}
 * are the names that the layers have in the new network.
 *
 * @param choice which layers are reused
 * @param dropTop number of topmost reused layers to drop again
 * @param reinitialize layers that keep their form and begin with fresh weights
 * @param replace layers in whose place another one stands, with fresh weights
 */
public record SurgerySettings(
    LayerChoice choice,
    int dropTop,
    List<String> reinitialize,
    Map<String, LayerSettings> replace) {
  /** All layers, as they are. */
  public static final SurgerySettings NONE =
      new SurgerySettings(LayerChoice.ALL, 0, List.of(), Map.of());

  public SurgerySettings {
    reinitialize = List.copyOf(reinitialize);
    replace = new TreeMap<>(replace);
  }

  /** The chosen layers, as they are. */
  public static SurgerySettings of(LayerChoice choice) {
    return new SurgerySettings(choice, 0, List.of(), Map.of());
  }
}
