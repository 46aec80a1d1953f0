package dev.strata.driver.checkpoint;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.Arrays;

/** Arrays of a checkpoint as vectors. */
public final class CheckpointArrays {
  private CheckpointArrays() {}

  /**
   * The vector whose chunks these are.
   *
   * @param name of the array, for errors
   * @throws StrataException (data) where they are cut otherwise than Strata cuts vectors
   */
  public static StateVector vector(byte[][] chunks, String name) {
    try {
      return StateVector.ofChunks(chunks);
    } catch (IllegalArgumentException e) {
      throw StrataException.data("an array of a checkpoint has unexpected chunk sizes")
          .file(name + CheckpointManifest.ARRAY_SUFFIX)
          .found("chunks of " + Arrays.stream(chunks).map(c -> c.length).toList() + " bytes")
          .expected("chunks of " + StateVector.CHUNK_BYTES + " bytes, and the rest")
          .build();
    }
  }
}
