package dev.strata.jobs.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damage to lines of fields: what exports, spreadsheets and editors do to them. */
final class TextMutations {
  private static final String[] FIELDS = {
    "",
    " ",
    "NaN",
    "nan",
    "-inf",
    "Infinity",
    "1e999",
    "-1e-999",
    "1e308",
    "123456789012345678901234567890",
    "1,5",
    "1.5e",
    "0x1F",
    "1_000",
    "٣",
    "½",
    "NA",
    "null",
    "None",
    "\\N",
    "true",
    "TRUE",
    "\"",
    "\"\"",
    "\"a\"b\"",
    "\"1\"",
    "\"1.5\n\"",
    "\\\"",
    "a\\",
    "'",
    "\t",
    ";",
    "|",
    "\uFEFF",
    "\u0000",
    "\u00A0",
    "\u2028",
    "\u202E",
    "\uD83D\uDE00",
    "é",
    "1d",
    "1f",
    "+1",
    "--1",
    ".",
    "-",
    "1.",
    ".5",
    "{}",
    "[]",
    "[1,2]",
    "{\"a\":{\"b\":1}}",
    "-0.0",
    "1e-400",
    "\r",
    "#",
    "=1+1"
  };

  private final Random random;
  private final String delimiter;
  private final StringBuilder said = new StringBuilder();

  /**
   * @param delimiter between fields
   */
  TextMutations(Random random, String delimiter) {
    this.random = random;
    this.delimiter = delimiter;
  }

  /** What was done. */
  String said() {
    return said.toString();
  }

  /** One to three mutations. */
  String damage(String sound) {
    List<String> lines = new ArrayList<>(List.of(sound.split("\n", -1)));
    int count = 1 + (random.nextInt(3) == 0 ? 1 : 0) + (random.nextInt(6) == 0 ? 1 : 0);
    for (int i = 0; i < count; i++) {
      once(lines);
    }
    String end = random.nextInt(12) == 0 ? "\r\n" : random.nextInt(20) == 0 ? "\r" : "\n";
    if (!end.equals("\n")) {
      say("lines end with %s", end);
    }
    String text = String.join(end, lines);
    if (random.nextInt(25) == 0) {
      say("byte order mark");
      text = "\uFEFF" + text;
    }
    return text;
  }

  private void say(String format, Object... values) {
    String text = format.formatted(values).replace("\r", "\\r").replace("\n", "\\n");
    said.append(said.isEmpty() ? "" : ", ").append(text.replace("\u0000", "\\0"));
  }

  private void once(List<String> lines) {
    int at = random.nextInt(lines.size());
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> field(lines, at);
      case 4 -> fields(lines, at);
      case 5 -> {
        lines.remove(at);
        say("line %d removed", at);
        if (lines.isEmpty()) {
          lines.add("");
        }
      }
      case 6 -> {
        lines.add(at, random.nextBoolean() ? "" : " \t");
        say("empty line at %d", at);
      }
      case 7 -> {
        lines.add(at, lines.get(random.nextInt(lines.size())));
        say("a line once more at %d", at);
      }
      case 8 -> {
        int other = random.nextInt(lines.size());
        String line = lines.get(at);
        lines.set(at, lines.get(other));
        lines.set(other, line);
        say("lines %d and %d swapped", at, other);
      }
      case 9 -> {
        lines.subList(at, lines.size()).clear();
        lines.add(FIELDS[random.nextInt(FIELDS.length)]);
        say("lines from %d on replaced by %s", at, lines.get(at));
      }
      default -> character(lines, at);
    }
  }

  private void field(List<String> lines, int at) {
    String[] fields = lines.get(at).split(java.util.regex.Pattern.quote(delimiter), -1);
    int field = random.nextInt(fields.length);
    String text = FIELDS[random.nextInt(FIELDS.length)];
    fields[field] =
        switch (random.nextInt(4)) {
          case 0 -> fields[field] + text;
          case 1 -> text + fields[field];
          default -> text;
        };
    lines.set(at, String.join(delimiter, fields));
    say("field %d of line %d now %s", field, at, fields[field]);
  }

  private void fields(List<String> lines, int at) {
    List<String> fields =
        new ArrayList<>(List.of(lines.get(at).split(java.util.regex.Pattern.quote(delimiter), -1)));
    int field = random.nextInt(fields.size());
    if (random.nextBoolean()) {
      fields.remove(field);
      say("field %d of line %d removed", field, at);
    } else {
      fields.add(field, FIELDS[random.nextInt(FIELDS.length)]);
      say("field %s more at %d in line %d", fields.get(field), field, at);
    }
    lines.set(at, String.join(delimiter, fields));
  }

  private void character(List<String> lines, int at) {
    String line = lines.get(at);
    int place = random.nextInt(line.length() + 1);
    if (random.nextBoolean() && place < line.length()) {
      int end = Math.min(line.length(), place + 1 + random.nextInt(3));
      lines.set(at, line.substring(0, place) + line.substring(end));
      say("characters %d to %d of line %d removed", place, end, at);
    } else {
      String text = FIELDS[random.nextInt(FIELDS.length)];
      lines.set(at, line.substring(0, place) + text + line.substring(place));
      say("%s inserted at %d in line %d", text, place, at);
    }
  }
}
