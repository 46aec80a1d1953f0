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
 * @param surgery which of the model's layers are reused, and what is done to them
 * @param freeze up to where layers keep their parameters: how many of the lowest, or a name
 * @param thaw when fewer are frozen, in the order of epochs
 * @param rates of learning, layer by layer
 * @param inputDropout share of the network's inputs that is dropped in training
 * @param hiddenDropout share of the reused layers' outputs that is dropped in training where they
 *     enter a layer that is trained
 * @param cacheFrozen whether the output of frozen layers is computed once for every row
 * @param keepActivations whether the outputs of the frozen layers stay in the run's folder
 * @param resize how the new images become as large as the model's; absent where they are
 * @param search what is tried on the validation part before
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
  /** Everything is reused and trained, reused layers at a tenth of the rate: the defaults. */
  public static final FineTuneSettings NONE =
      new FineTuneSettings(
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

  public FineTuneSettings {
    thaw = List.copyOf(thaw);
  }

  /** The same with other layers, frozen up to another one; nothing is thawed or searched. */
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

  /** How the reused layers take part in training while so many of them are frozen. */
  ReuseSettings reuse(int frozen) {
    return new ReuseSettings(
        Integer.toString(frozen), inputDropout, hiddenDropout, cacheFrozen, rates);
  }
}
