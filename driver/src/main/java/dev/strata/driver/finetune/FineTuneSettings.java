package dev.strata.driver.finetune;

import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.ReuseSettings;
import dev.strata.executor.surgery.SurgerySettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * The configuration section {@code fine-tune}.
 *
 * @param surgery the reused layers of the model and their changes
 * @param reuseOutput whether the output layer starts from the model's
 * @param freeze number of bottom layers to freeze, or name of the topmost frozen layer
 * @param thaw steps of gradual unfreezing, in the order of epochs
 * @param rates learning rates by layer
 * @param inputDropout dropout rate of the network's inputs
 * @param hiddenDropout dropout rate of the outputs of reused layers that feed a trained layer
 * @param cacheFrozen whether the output of frozen layers is computed once for every row
 * @param keepActivations whether the outputs of the frozen layers stay in the run's folder
 * @param resize resizing of new images to the model's size; absent: none
 * @param search the search before training
 * @param unlabelled rows without labels that are learned from beside the labelled ones
 */
@RecordBuilder
public record FineTuneSettings(
    SurgerySettings surgery,
    boolean reuseOutput,
    String freeze,
    List<Unfreeze> thaw,
    LayerRates rates,
    double inputDropout,
    double hiddenDropout,
    boolean cacheFrozen,
    boolean keepActivations,
    Optional<ImageResize> resize,
    SearchSettings search,
    UnlabelledSettings unlabelled) {
  public FineTuneSettings {
    thaw = List.copyOf(thaw);
  }

  /**
   * The defaults of the keys: all layers below the output layer are reused and trained; no frozen
   * layers, dropout, resizing, search or unlabelled rows; the output of frozen layers is computed
   * once and not kept.
   */
  public static FineTuneSettings defaults() {
    return FineTuneSettingsBuilder.builder()
        .surgery(SurgerySettings.NONE)
        .reuseOutput(false)
        .freeze("0")
        .thaw(List.of())
        .rates(LayerRates.EQUAL)
        .inputDropout(0)
        .hiddenDropout(0)
        .cacheFrozen(true)
        .keepActivations(false)
        .search(SearchSettings.NONE)
        .unlabelled(UnlabelledSettings.NONE)
        .build();
  }

  /** The same with other layers and frozen layers, without gradual unfreezing or search. */
  public FineTuneSettings with(SurgerySettings otherSurgery, String otherFreeze) {
    return FineTuneSettingsBuilder.builder(this)
        .surgery(otherSurgery)
        .freeze(otherFreeze)
        .thaw(List.of())
        .search(SearchSettings.NONE)
        .build();
  }

  /** The same with other learning rates. */
  FineTuneSettings withRates(LayerRates others) {
    return FineTuneSettingsBuilder.builder(this).rates(others).build();
  }

  /** The same with another length of the change of virtual-adversarial. */
  FineTuneSettings withEpsilon(double epsilon) {
    return FineTuneSettingsBuilder.builder(this)
        .unlabelled(unlabelled.withEpsilon(epsilon))
        .build();
  }

  /** Settings of the reused layers in a phase with this number of frozen layers. */
  ReuseSettings reuse(int frozen) {
    return new ReuseSettings(
        Integer.toString(frozen), inputDropout, hiddenDropout, cacheFrozen, rates);
  }
}
