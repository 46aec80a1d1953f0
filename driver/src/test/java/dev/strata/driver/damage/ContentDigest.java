package dev.strata.driver.damage;

import dev.strata.executor.round.StateVector;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What was read, as one text: other contents have other ones. */
final class ContentDigest {
  private final MessageDigest digest;

  ContentDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  ContentDigest add(String text) {
    return add((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  ContentDigest add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  ContentDigest add(StateVector vector) {
    add("vector " + vector.length());
    for (byte[] chunk : vector.chunks()) {
      add(chunk);
    }
    return this;
  }

  String value() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
