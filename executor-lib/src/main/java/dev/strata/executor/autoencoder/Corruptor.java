package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.ColumnSwap;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.Replacement;
import dev.strata.executor.kernels.Sampling;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Does what {@link InputNoise} says, under a key from ND4J's generator of the calling thread.
 *
 * @param columns widths of the columns that are swapped; empty: each input is one
 */
record Corruptor(InputNoise corruption, List<Integer> columns) {
  boolean changesNothing() {
    return switch (corruption.type()) {
      case InputNoise.MASKING, InputNoise.SALT_AND_PEPPER, InputNoise.SWAP ->
          corruption.rate() == 0;
      case InputNoise.GAUSSIAN -> corruption.deviation() == 0;
      default -> true;
    };
  }

  /**
   * Writes the corrupted rows.
   *
   * @param into of the rows' shape, overwritten
   */
  void corrupt(INDArray rows, INDArray into) {
    RandomNumbers random = RandomNumbers.ofThread();
    switch (corruption.type()) {
      case InputNoise.MASKING -> Replacement.byZeros(rows, corruption.rate(), into, random);
      case InputNoise.SALT_AND_PEPPER ->
          Replacement.byZerosAndOnes(rows, corruption.rate(), into, random);
      case InputNoise.GAUSSIAN -> Sampling.gaussian(rows, corruption.deviation(), into, random);
      case InputNoise.SWAP -> ColumnSwap.of(rows, corruption.rate(), columns, into, random);
      default -> into.assign(rows);
    }
  }
}
