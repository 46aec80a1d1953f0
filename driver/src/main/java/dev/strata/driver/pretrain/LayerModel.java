package dev.strata.driver.pretrain;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import java.util.List;
import java.util.Optional;

/** Model that a layer is trained as. */
public sealed interface LayerModel permits AutoencoderModel, RbmModel {
  /** The value of the key {@code kind}. */
  String kind();

  /**
   * The same model with everything chosen that depends on its inputs.
   *
   * @param unitInputs whether all inputs lie in [0, 1]
   */
  LayerModel forInputs(boolean unitInputs);

  /**
   * What is trained, with fresh parameters that follow from the seed.
   *
   * @param columns widths of the source columns among the inputs; empty: each input is one
   */
  UnsupervisedSpec spec(
      int inputs, int units, List<Integer> columns, UpdateSettings update, long seed);

  /** Activation of the layer in the encoder. */
  String activation();

  /** By which loss its reconstruction of the input is measured. */
  String loss();

  /**
   * The key that takes inputs for probabilities, which the output of the layer below must then be;
   * empty where any numbers will do.
   */
  Optional<UnitRange> unitRange();

  /**
   * What to change if units die or saturate, as the end of a sentence.
   *
   * @param section of the layer in the configuration
   */
  String remedyForUnits(String section);

  /** Reports what is wrong with the settings of the layer's section. */
  void check(String section, NetworkProblems problems);

  /**
   * Inputs must be in [0, 1].
   *
   * @param key inside the layer's section
   * @param value that asks for it
   * @param otherwise the value that does not
   */
  record UnitRange(String key, String value, String otherwise) {}
}
