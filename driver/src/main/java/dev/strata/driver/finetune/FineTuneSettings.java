package dev.strata.driver.finetune;

import dev.strata.executor.network.LayerRates;
import dev.strata.executor.network.ReuseSettings;
import dev.strata.executor.network.SurgerySettings;
import dev.strata.executor.preprocess.ImageResize;
import java.util.List;
import java.util.Optional;

/**
 * The configuration section {@code fine-tune}.
 *
 * @param surgery the reused layers of the model and their changes
 * @param freeze number of bottom layers to freeze, or name of the topmost frozen layer
 * @param thaw steps of gradual unfreezing, in the order of epochs
 * @param rates learning rates by layer
 * @param inputDropout dropout rate of the network's inputs
 * @param hiddenDropout dropout rate of the outputs of reused layers that feed a trained layer
 * @param cacheFrozen whether the output of frozen layers is computed once for every row
 * @param keepActivations whether the outputs of the frozen layers stay in the run's folder
 * @param resize resizing of new images to the model's size; absent: none
 * @param search the search before training
 */
public record FineTuneSettings(
    SurgerySettings surgery,
    String freeze,
    List<Unfreeze> thaw,
    LayerRates rates,
    double inputDropout,
    double hiddenDropout,
    boolean cacheFrozen,
    boolean keepActivations,
    Optional<ImageResize> resize,
    SearchSettings search) {
  public FineTuneSettings {
    thaw = List.copyOf(thaw);
  }

  /**
   * The defaults of the keys: all layers below the output layer are reused and trained, at 0.1
   * times the learning rate; no frozen layers, dropout, resizing or search; the output of frozen
   * layers is computed once and not kept.
   */
  public static FineTuneSettings defaults() {
    return new FineTuneSettings(
        SurgerySettings.NONE,
        "0",
        List.of(),
        LayerRates.tenth(),
        0,
        0,
        true,
        false,
        Optional.empty(),
        SearchSettings.NONE);
  }

  /** The same with other layers and frozen layers, without gradual unfreezing or search. */
  public FineTuneSettings with(SurgerySettings otherSurgery, String otherFreeze) {
    return new FineTuneSettings(
        otherSurgery,
        otherFreeze,
        List.of(),
        rates,
        inputDropout,
        hiddenDropout,
        cacheFrozen,
        keepActivations,
        resize,
        SearchSettings.NONE);
  }

  /** The same with other learning rates. */
  FineTuneSettings withRates(LayerRates others) {
    return new FineTuneSettings(
        surgery,
        freeze,
        thaw,
        others,
        inputDropout,
        hiddenDropout,
        cacheFrozen,
        keepActivations,
        resize,
        search);
  }

  /** Settings of the reused layers in a phase with this number of frozen layers. */
  ReuseSettings reuse(int frozen) {
    return new ReuseSettings(
        Integer.toString(frozen), inputDropout, hiddenDropout, cacheFrozen, rates);
  }
}
