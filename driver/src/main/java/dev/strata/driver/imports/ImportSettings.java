package dev.strata.driver.imports;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys {@code import} of the configuration, one to one.
 *
 * @param from file to import, any Hadoop URI
 * @param loss of a network that has none; absent: as the file says, or by its last activation
 * @param preprocessing folder of a bundle, a run or prepared shards whose preprocessing is taken
 *     along; absent: the keys {@code data} say how rows become inputs
 * @param arrays numpy, safetensors: layer → parameter → name of the array
 * @param weightsOrder numpy, safetensors: how the arrays of weights are laid out
 * @param reference file of activations to compare with
 * @param tolerance greatest difference from the reference, as a share of a layer's largest output
 *     where that is above 1
 */
public record ImportSettings(
    Optional<String> from,
    ImportFormat format,
    Optional<String> loss,
    Optional<String> preprocessing,
    Map<String, Map<String, String>> arrays,
    WeightsOrder weightsOrder,
    Optional<String> reference,
    double tolerance) {
  /** Files that may be the preprocessing, the first that is there being read. */
  public List<String> preprocessingFiles() {
    return preprocessing.map(PreprocessingFile::places).orElse(List.of());
  }

  /** Order of the dimensions of an array of weights. */
  public enum WeightsOrder {
    /** As the format has it: {@code IN_OUT} of NumPy, {@code OUT_IN} of safetensors of PyTorch. */
    AUTO,
    /** {@code [inputs, units]}, as in Keras and in Strata's own decoders. */
    IN_OUT,
    /** {@code [units, inputs]}, as in PyTorch. */
    OUT_IN
  }
}
