package dev.strata.bench.auxiliary;

import dev.strata.driver.testing.AdultRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * A public table as CSV lines of training and of test rows, which every method gets.
 *
 * @param header names of the columns
 * @param label its column
 * @param settings keys of {@code data} that say how the columns are read
 */
record TableSource(
    String header,
    String label,
    Map<String, String> settings,
    List<String> training,
    List<String> test) {
  private static final String COMMON_MISSING = "?";

  /** Share of the rows that are test rows where a table has no test file. */
  private static final double TEST = 0.3;

  /**
   * @param folder of the data sets
   */
  static TableSource of(String name, Path folder) throws IOException {
    return switch (name) {
      case "adult" -> adult(folder.resolve("adult"));
      case "online-shoppers" -> shoppers(folder.resolve("online-shoppers"));
      case "covertype" -> covertype(folder.resolve("covertype"));
      case "bank-marketing" -> bank(folder.resolve("bank-marketing"));
      case "credit-default" -> credit(folder.resolve("credit-default"));
      case "phishing" -> phishing(folder.resolve("phishing"));
      case "spambase" -> spam(folder.resolve("spambase"));
      case "wine-quality" -> wine(folder.resolve("wine-quality"));
      case "integers" -> integers();
      default ->
          throw new IllegalArgumentException(
              name
                  + " is none of adult, bank-marketing, covertype, credit-default, integers,"
                  + " online-shoppers, phishing, spambase, wine-quality");
    };
  }

  private static TableSource adult(Path folder) throws IOException {
    return new TableSource(
        String.join(",", AdultRows.COLUMNS),
        "income",
        Map.of(
            "exclude",
            "[fnlwgt, education]",
            "categorical",
            "[workclass, marital-status, occupation, relationship, race, sex, native-country]",
            "missing-values",
            "[\"" + COMMON_MISSING + "\"]"),
        adultRows(folder.resolve("adult.data")),
        adultRows(folder.resolve("adult.test")));
  }

  private static List<String> adultRows(Path file) throws IOException {
    return lines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("|"))
        .map(line -> line.replace(", ", ",").replaceAll("\\.$", ""))
        .toList();
  }

  private static TableSource shoppers(Path folder) throws IOException {
    return divided(
        lines(folder.resolve("online_shoppers_intention.csv")),
        "Revenue",
        Map.of(
            "categorical",
            "[Month, OperatingSystems, Browser, Region, TrafficType, VisitorType, Weekend]"));
  }

  private static TableSource covertype(Path folder) throws IOException {
    return divided(
        lines(folder.resolve("covtype_first_15120.csv.gz")),
        "Cover_Type",
        Map.of("exclude", "[Id]"));
  }

  /** Without the duration of the call, which tells the answer. */
  private static TableSource bank(Path folder) throws IOException {
    List<String> lines =
        lines(folder.resolve("bank-additional-full.csv.gz")).stream()
            .map(line -> line.replace("\"", "").replace(";", ","))
            .toList();
    return divided(lines, "y", Map.of("exclude", "[duration]"));
  }

  private static TableSource credit(Path folder) throws IOException {
    List<String> lines = new ArrayList<>(lines(folder.resolve("UCI_Credit_Card.csv.gz")));
    lines.set(0, lines.get(0).replace("default.payment.next.month", "unpaid"));
    return divided(
        lines, "unpaid", Map.of("exclude", "[ID]", "categorical", "[SEX, EDUCATION, MARRIAGE]"));
  }

  private static TableSource phishing(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (String line : lines(folder.resolve("phishing.arff"))) {
      if (line.startsWith("@attribute")) {
        names.add(line.split("\\s+")[1]);
      } else if (!line.startsWith("@") && !line.isBlank()) {
        rows.add(line);
      }
    }
    rows.add(0, String.join(",", names));
    return divided(rows, "Result", Map.of());
  }

  private static TableSource spam(Path folder) throws IOException {
    List<String> lines = new ArrayList<>(lines(folder.resolve("spambase.data")));
    int columns = lines.get(0).split(",").length;
    StringBuilder header = new StringBuilder();
    for (int i = 1; i < columns; i++) {
      header.append("frequency").append(i).append(',');
    }
    lines.add(0, header + "spam");
    return divided(lines, "spam", Map.of());
  }

  /** White wines in three classes: at most 5, 6, and at least 7. */
  private static TableSource wine(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : lines(folder.resolve("winequality-white.csv"))) {
      String row = line.replace("\"", "").replace(' ', '_').replace(';', ',');
      int end = row.lastIndexOf(',') + 1;
      String quality = row.substring(end);
      String group =
          lines.isEmpty()
              ? quality
              : List.of("low", "middle", "high")
                  .get(Math.min(2, Math.max(0, Integer.parseInt(quality) - 5)));
      lines.add(row.substring(0, end) + group);
    }
    return divided(lines, "quality", Map.of());
  }

  /**
   * 16 columns of integers from 0 to 15, 26 classes of three kinds each, 8,000 rows: the kinds'
   * means are drawn evenly, and rows differ from them by a normal deviation of 3, rounded.
   */
  private static TableSource integers() {
    Random random = new Random(1);
    int columns = 16;
    double[][] means = new double[26 * 3][columns];
    for (double[] mean : means) {
      Arrays.setAll(mean, i -> random.nextDouble(1, 14));
    }
    List<String> lines = new ArrayList<>();
    StringBuilder header = new StringBuilder();
    for (int i = 1; i <= columns; i++) {
      header.append("number").append(i).append(',');
    }
    lines.add(header + "letter");
    for (int r = 0; r < 8000; r++) {
      int kind = random.nextInt(means.length);
      StringBuilder row = new StringBuilder();
      for (double mean : means[kind]) {
        long value = Math.round(mean + random.nextGaussian(0, 3));
        row.append(Math.min(15, Math.max(0, value))).append(',');
      }
      lines.add(row.append((char) ('A' + kind % 26)).toString());
    }
    return divided(lines, "letter", Map.of());
  }

  private static TableSource divided(
      List<String> lines, String label, Map<String, String> settings) {
    List<String> rows = new ArrayList<>(lines.subList(1, lines.size()));
    Collections.shuffle(rows, new Random(1));
    int test = (int) Math.round(TEST * rows.size());
    return new TableSource(
        lines.get(0), label, settings, rows.subList(test, rows.size()), rows.subList(0, test));
  }

  private static List<String> lines(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return reader.lines().map(String::strip).toList();
    }
  }

  /** About so many training rows, the same number of each class, by the number of the draw. */
  List<String> labelled(int labels, int draw) {
    int column = List.of(header.split(",")).indexOf(label);
    Map<String, List<String>> classes = new TreeMap<>();
    for (String row : training) {
      classes.computeIfAbsent(row.split(",", -1)[column], c -> new ArrayList<>()).add(row);
    }
    Random random = new Random(1000L * labels + draw);
    List<String> drawn = new ArrayList<>();
    for (List<String> rows : classes.values()) {
      Collections.shuffle(rows, random);
      drawn.addAll(rows.subList(0, Math.round((float) labels / classes.size())));
    }
    return drawn;
  }

  /** So many training rows, classes as frequent as in all of them, by the number of the draw. */
  List<String> labelledAsInData(int labels, int draw) {
    List<String> rows = new ArrayList<>(training);
    Collections.shuffle(rows, new Random(1000L * labels + draw));
    return rows.subList(0, labels);
  }

  /**
   * Training rows to learn from.
   *
   * @param classes {@code as-in-data}, or {@code same}: the same number of rows of each
   */
  List<String> labelled(int labels, int draw, String classes) {
    return classes.equals("as-in-data") ? labelledAsInData(labels, draw) : labelled(labels, draw);
  }

  /** Lines of a configuration that say how the columns are read. */
  String reading() {
    StringBuilder text = new StringBuilder("data { format = csv\n");
    text.append("  missing.categorical = category, missing.numeric = mean\n");
    text.append("  unseen-category = zeros }\n");
    settings.forEach((key, value) -> text.append("data." + key + " = " + value + "\n"));
    return text.toString();
  }

  /** Writes a file that is not there: written again, it would be other data to unfinished runs. */
  void writeOnce(List<String> rows, Path file) throws IOException {
    if (!Files.exists(file)) {
      write(rows, file);
    }
  }

  /** Writes rows below the header. */
  void write(List<String> rows, Path file) throws IOException {
    Files.writeString(file, header + "\n" + String.join("\n", rows) + "\n", StandardCharsets.UTF_8);
  }
}
