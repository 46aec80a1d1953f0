package dev.strata.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.executor.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Lines of {@code history.jsonl}. Each ends with the CRC-32 of itself without that field; lines of
 * earlier versions have none. A file ends with a line feed, so that what follows the last one was
 * perhaps cut off: it counts where it is whole.
 *
 * @param entries of the intact lines, in order
 * @param damaged numbers of the lines, from 1, that hold something else than was written
 */
record HistoryLines(List<HistoryEntry> entries, List<Integer> damaged) {
  private static final String FIELD = ",\"crc32\":\"%08x\"}";
  private static final Pattern SUM = Pattern.compile(",\"crc32\":\"([0-9a-f]{8})\"}$");

  /** A line with its sum, without the line feed. */
  static String line(HistoryEntry entry) {
    String line = Json.line(entry);
    return line.substring(0, line.length() - 1) + field(line);
  }

  static HistoryLines of(String text) {
    List<HistoryEntry> entries = new ArrayList<>();
    List<Integer> damaged = new ArrayList<>();
    Map<String, Long> rounds = new HashMap<>();
    int number = 0;
    for (int from = 0, end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
      number++;
      // The rounds of a phase count up: a line that stands there twice is none.
      Optional<HistoryEntry> entry =
          entry(text.substring(from, end))
              .filter(e -> e.round() > rounds.getOrDefault(e.phase(), Long.MIN_VALUE));
      entry.ifPresent(e -> rounds.put(e.phase(), e.round()));
      entry.ifPresent(entries::add);
      if (entry.isEmpty()) {
        damaged.add(number);
      }
    }
    entry(text.substring(text.lastIndexOf('\n') + 1)).ifPresent(entries::add);
    return new HistoryLines(entries, damaged);
  }

  private static Optional<HistoryEntry> entry(String line) {
    Matcher sum = SUM.matcher(line);
    String content = line;
    if (sum.find()) {
      content = line.substring(0, sum.start()) + "}";
      if (!sum.group().equals(field(content))) {
        return Optional.empty();
      }
    }
    try {
      return Optional.ofNullable(Json.mapper().readValue(content, HistoryEntry.class))
          .filter(entry -> entry.phase() != null);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String field(String line) {
    CRC32 crc = new CRC32();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, FIELD, crc.getValue());
  }
}
