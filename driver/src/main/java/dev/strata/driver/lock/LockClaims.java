package dev.strata.driver.lock;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered lock files in a folder. The highest number holds the lock; a process takes the lock over
 * by creating the next number, which only one process can do. Numbers are never reused: a released
 * lock file stays, with a mark beside it, so that a process that has read an old state cannot
 * create a number that is free again.
 */
final class LockClaims {
  private static final Pattern CLAIM = Pattern.compile("claim-(\\d{6,18})\\.json");
  private static final Pattern ANY = Pattern.compile("claim-(\\d{6,18})\\..*");

  private final ClaimPort port;

  LockClaims(ClaimPort port) {
    this.port = port;
  }

  /** The highest number; 0 if there is none. */
  long highest() throws IOException {
    long highest = 0;
    for (String name : port.list()) {
      Matcher matcher = CLAIM.matcher(name);
      highest = matcher.matches() ? Math.max(highest, Long.parseLong(matcher.group(1))) : highest;
    }
    return highest;
  }

  /** Whether this call won the number. */
  boolean claim(long number, LockHolder holder) throws IOException {
    if (!port.create(claimFile(number), Json.pretty(holder).getBytes(StandardCharsets.UTF_8))) {
      return false;
    }
    if (highest() > number) {
      // claims below the holder's are removed, so a late judgement can create one of them: it wins
      // nothing
      port.delete(claimFile(number));
      return false;
    }
    return true;
  }

  /** Empty where the claim has gone, is just being written or cannot be read. */
  Optional<LockHolder> holder(long number) throws IOException {
    Optional<byte[]> text = port.read(claimFile(number));
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(Json.mapper().readValue(text.get(), LockHolder.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  boolean isReleased(long number) throws IOException {
    return port.modified(releasedFile(number)).isPresent();
  }

  void renew(long number, long beat) throws IOException {
    port.write(beatFile(number), Long.toString(beat).getBytes(StandardCharsets.UTF_8));
  }

  void release(long number) throws IOException {
    port.write(releasedFile(number), new byte[0]);
    port.delete(beatFile(number));
  }

  /**
   * Milliseconds since the claim was made or renewed, both by the store's clock: clocks of hosts
   * may differ.
   */
  long age(long number) throws IOException {
    String probe = "probe-" + UUID.randomUUID();
    port.write(probe, new byte[0]);
    long now =
        port.modified(probe)
            .orElseThrow(() -> new IOException("the file just written does not exist: " + probe));
    port.delete(probe);
    return Math.max(0, now - renewed(number));
  }

  /**
   * When the claim was made or last renewed, by the store's clock; 0 where there is no such claim.
   */
  long renewed(long number) throws IOException {
    long claimed = port.modified(claimFile(number)).orElse(0L);
    long beat = port.modified(beatFile(number)).orElse(0L);
    return Math.max(claimed, beat);
  }

  /** Removes what belongs to claims below the holder's. */
  void removeBelow(long number) throws IOException {
    for (String name : port.list()) {
      Matcher matcher = ANY.matcher(name);
      if (matcher.matches() && Long.parseLong(matcher.group(1)) < number) {
        port.delete(name);
      }
    }
  }

  private static String claimFile(long number) {
    return String.format(Locale.ROOT, "claim-%06d.json", number);
  }

  private static String beatFile(long number) {
    return String.format(Locale.ROOT, "claim-%06d.beat", number);
  }

  private static String releasedFile(long number) {
    return String.format(Locale.ROOT, "claim-%06d.released", number);
  }
}
