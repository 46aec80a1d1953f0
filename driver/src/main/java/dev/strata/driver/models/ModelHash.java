package dev.strata.driver.models;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What makes two models the same: {@code modelSha256} of results. Zips carry times and are not
 * compared.
 */
public final class ModelHash {
  private ModelHash() {}

  /**
   * SHA-256, hexadecimal, of the JSON as UTF-8 followed by the parameters as little-endian float32.
   *
   * @param json of a {@link dev.strata.executor.network.NetworkConfiguration}
   */
  public static String sha256(String json, StateVector parameters) {
    MessageDigest digest = Checksum.sha256();
    digest.update(json.getBytes(StandardCharsets.UTF_8));
    for (byte[] chunk : parameters.chunks()) {
      digest.update(chunk);
    }
    return Checksum.hexadecimal(digest);
  }
}
