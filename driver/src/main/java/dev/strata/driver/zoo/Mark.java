package dev.strata.driver.zoo;

import dev.strata.executor.json.Json;
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
 */
record Mark(String by, String at, Integer version) {
  static Mark now() {
    return pointing(null);
  }

  static Mark pointing(Integer version) {
    return new Mark(
        System.getProperty("user.name", "unknown") + "@" + host(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        version);
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
