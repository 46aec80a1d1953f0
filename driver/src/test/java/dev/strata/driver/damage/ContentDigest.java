package dev.strata.driver.damage;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What was read, as one text: other contents have other ones. */
final class ContentDigest {
  private final MessageDigest digest = Checksum.sha256();

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
    return Checksum.hexadecimal(digest);
  }
}
