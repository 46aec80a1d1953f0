package dev.strata.driver.models;

import dev.strata.executor.round.StateVector;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identity of a model: {@code modelSha256} of results. Zips carry times and are not compared. */
public final class ModelHash {
  private ModelHash() {}

  /**
   * SHA-256, hexadecimal, of the JSON as UTF-8 followed by the parameters as little-endian float32.
   *
   * @param json of a {@link dev.strata.executor.network.NetworkConfiguration}
   */
  public static String sha256(String json, StateVector parameters) {
    MessageDigest digest = digest();
    digest.update(json.getBytes(StandardCharsets.UTF_8));
    for (byte[] chunk : parameters.chunks()) {
      digest.update(chunk);
    }
    return hexadecimal(digest);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String hexadecimal(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
