package dev.strata.executor.autoencoder;

import dev.strata.executor.vector.RandomNumbers;
import dev.strata.executor.vector.Replacement;
import dev.strata.executor.vector.Sampling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Does what {@link Corruption} says, under a key from ND4J's generator of the calling thread. */
record Corruptor(Corruption corruption) {
  boolean changesNothing() {
    return switch (corruption.type()) {
      case Corruption.MASKING, Corruption.SALT_AND_PEPPER -> corruption.rate() == 0;
      case Corruption.GAUSSIAN -> corruption.deviation() == 0;
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
      case Corruption.MASKING -> Replacement.byZeros(rows, corruption.rate(), into, random);
      case Corruption.SALT_AND_PEPPER ->
          Replacement.byZerosAndOnes(rows, corruption.rate(), into, random);
      case Corruption.GAUSSIAN -> Sampling.gaussian(rows, corruption.deviation(), into, random);
      default -> into.assign(rows);
    }
  }
}
