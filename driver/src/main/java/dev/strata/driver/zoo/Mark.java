package dev.strata.driver.zoo;

import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who did something in the zoo, and when; content of a small file that is created exclusively.
 *
 * @param by user@host
 * @param at ISO 8601, UTC
 * @param version that an alias stands for from now on; null where it stands for none any more, and
 *     in all other marks
 * @param sha256 of the others and the file's name, for changes of aliases: one digit that turned
 *     would be another model; null in all other marks, and in changes of the first versions
 */
record Mark(String by, String at, Integer version, String sha256) {
  static Mark now() {
    return new Mark(
        System.getProperty("user.name", "unknown") + "@" + host(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        null,
        null);
  }

  /**
   * @param file name of the alias's change
   */
  static Mark pointing(String file, Integer version) {
    Mark now = now();
    Mark plain = new Mark(now.by, now.at, version, null);
    return new Mark(plain.by, plain.at, version, plain.checksum(file));
  }

  /** Whether it is as it was written, as far as it can tell. */
  boolean isIntact(String file) {
    return sha256 == null || sha256.equals(checksum(file));
  }

  private String checksum(String file) {
    String content = String.join(" ", file, by, at, String.valueOf(version));
    return Checksum.of(content.getBytes(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    return (Json.line(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }
}
