package dev.strata.driver.csv;

import dev.strata.driver.file.Opening;
import dev.strata.driver.file.SourceText;
import dev.strata.driver.row.RowDescription;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.executor.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Looks into the CSV files of a source before Spark reads them. */
public final class CsvScan {
  /** A header over more lines than this is none. */
  private static final int LONGEST_HEADER = 100;

  private final SparkSession spark;
  private final CsvConvention convention;
  private final int most;

  /**
   * @param most lines of each part of a file that are looked at
   */
  public CsvScan(SparkSession spark, CsvConvention convention, int most) {
    this.spark = spark;
    this.convention = convention;
    this.most = most;
  }

  /**
   * The fields of a file's first record.
   *
   * @param doubled where quotes are doubled (or escaped as the options say); empty: no record
   * @param escaped where quotes are escaped as Spark writes them
   */
  public record Head(List<String> doubled, List<String> escaped) {
    public boolean isEmpty() {
      return doubled.isEmpty();
    }
  }

  record Found(String file, CsvEvidence evidence) {}

  /** The first record of each file, in the files' order. */
  public List<Head> heads(List<String> files) {
    CsvConvention rules = convention;
    return SourceText.look(
            spark, files, rules.charset(), (file, text) -> Json.line(head(text, rules)))
        .stream()
        .map(json -> Json.read(json, Head.class, "header"))
        .toList();
  }

  private static Head head(BufferedReader text, CsvConvention rules) throws IOException {
    String line = text.readLine();
    while (line != null && (line.isBlank() || rules.isComment(line))) {
      line = text.readLine();
    }
    if (line == null) {
      return new Head(List.of(), List.of());
    }
    List<String> lines = new ArrayList<>(List.of(line));
    char escape = rules.escape() == null ? CsvConvention.BACKSLASH : rules.escape();
    char doubled = rules.escape() == null ? rules.quote() : rules.escape();
    return new Head(
        rules.fields(record(rules.byDoubling(), lines, text, rules), doubled),
        rules.fields(record(rules.byEscape(), lines, text, rules), escape));
  }

  private static String record(
      CsvGrammar grammar, List<String> lines, BufferedReader text, CsvConvention rules)
      throws IOException {
    if (rules.quote() == 0 || Boolean.FALSE.equals(rules.multiLine())) {
      return lines.get(0);
    }
    grammar.line(lines.get(0));
    int next = 1;
    while (grammar.open() && next < LONGEST_HEADER) {
      if (next == lines.size()) {
        String more = text.readLine();
        if (more == null) {
          return lines.get(0);
        }
        lines.add(more);
      }
      grammar.line(lines.get(next++));
    }
    return grammar.open() ? lines.get(0) : String.join("\n", lines.subList(0, next));
  }

  /**
   * What the lines with quotes say, in one job over the files' splits.
   *
   * @param rows of text, with the source's paths
   * @param fields of a record of each file: by doubling, by escape
   */
  Map<String, CsvEvidence> byLines(Dataset<Row> rows, Map<String, int[]> fields) {
    CsvConvention rules = convention;
    HashMap<String, int[]> widths = new HashMap<>(fields);
    int bound = most;
    String quote = String.valueOf(rules.quote());
    Dataset<Row> named = rows.select(functions.input_file_name(), functions.col("value"));
    Dataset<Row> quoted =
        bound == Opening.ALL ? named.where(functions.col("value").contains(quote)) : named;
    List<String> found =
        SparkTasks.collect(
            quoted
                .javaRDD()
                .mapPartitions(lines -> evidence(Opening.first(lines, bound), rules, widths)));
    Map<String, CsvEvidence> evidence = new HashMap<>();
    for (String json : found) {
      Found of = Json.read(json, Found.class, "evidence");
      evidence.merge(of.file, of.evidence, CsvEvidence::plus);
    }
    return evidence;
  }

  private static Iterator<String> evidence(
      Iterator<Row> lines, CsvConvention rules, Map<String, int[]> fields) {
    Map<String, CsvEvidence> evidence = new HashMap<>();
    CsvGrammar doubling = rules.byDoubling();
    CsvGrammar escape = rules.byEscape();
    while (lines.hasNext()) {
      Row row = lines.next();
      String line = row.getString(1);
      if (line.indexOf(rules.quote()) >= 0 && !rules.isComment(line)) {
        doubling.begin();
        escape.begin();
        doubling.line(line);
        escape.line(line);
        String file = row.getString(0);
        CsvEvidence one = CsvEvidence.of(doubling, escape, fields.get(file), line);
        if (!one.equals(CsvEvidence.NONE)) {
          evidence.merge(file, one, CsvEvidence::plus);
        }
      }
    }
    return evidence.entrySet().stream()
        .map(e -> Json.line(new Found(e.getKey(), e.getValue())))
        .iterator();
  }

  /** What files say as a whole, their quoted fields holding line breaks; in the files' order. */
  List<CsvEvidence> whole(List<String> files, Map<String, int[]> fields) {
    CsvConvention rules = convention;
    HashMap<String, int[]> widths = new HashMap<>(fields);
    int bound = most;
    return SourceText.tasks(
            spark,
            files,
            rules.charset(),
            (file, text) -> Json.line(whole(text, rules, widths.get(file), bound)))
        .stream()
        .map(json -> Json.read(json, CsvEvidence.class, "evidence"))
        .toList();
  }

  private static CsvEvidence whole(BufferedReader text, CsvConvention rules, int[] fields, int most)
      throws IOException {
    Whole doubling = new Whole(rules.byDoubling(), fields[0]);
    Whole escape = new Whole(rules.byEscape(), fields[1]);
    String line = text.readLine();
    for (int i = 0; line != null && i < most; i++) {
      doubling.line(line, rules);
      escape.line(line, rules);
      line = text.readLine();
    }
    if (line == null) {
      doubling.end();
      escape.end();
    }
    if (doubling.bad > 0 && escape.bad > 0) {
      long doubled = doubling.bad < escape.bad ? 1 : 0;
      long escaped = escape.bad < doubling.bad ? 1 : 0;
      return CsvEvidenceBuilder.builder()
          .doubled(doubled)
          .doubledExample(null)
          .escaped(escaped)
          .escapedExample(null)
          .lone(0)
          .pairs(0)
          .pairsExample(null)
          .neither(1)
          .strayExample(null)
          .open(0)
          .build();
    }
    if (doubling.bad > 0 || escape.bad > 0) {
      String example = doubling.bad > 0 ? doubling.firstBad : escape.firstBad;
      return doubling.bad > 0
          ? CsvEvidenceBuilder.builder()
              .doubled(0)
              .doubledExample(null)
              .escaped(1)
              .escapedExample(example)
              .lone(0)
              .pairs(0)
              .pairsExample(null)
              .neither(0)
              .strayExample(null)
              .open(0)
              .build()
          : CsvEvidenceBuilder.builder()
              .doubled(1)
              .doubledExample(example)
              .escaped(0)
              .escapedExample(null)
              .lone(0)
              .pairs(0)
              .pairsExample(null)
              .neither(0)
              .strayExample(null)
              .open(0)
              .build();
    }
    if (escape.pairs == 0) {
      return CsvEvidence.NONE;
    }
    return escape.lone > 0
        ? CsvEvidenceBuilder.builder()
            .doubled(0)
            .doubledExample(null)
            .escaped(0)
            .escapedExample(null)
            .lone(1)
            .pairs(0)
            .pairsExample(null)
            .neither(0)
            .strayExample(null)
            .open(0)
            .build()
        : CsvEvidenceBuilder.builder()
            .doubled(0)
            .doubledExample(null)
            .escaped(0)
            .escapedExample(null)
            .lone(0)
            .pairs(1)
            .pairsExample(escape.example)
            .neither(0)
            .strayExample(null)
            .open(0)
            .build();
  }

  /** One grammar over all of a file. */
  private static final class Whole {
    private final CsvGrammar grammar;
    private final int fields;
    private final StringBuilder record = new StringBuilder();
    private long bad;
    private long pairs;
    private long lone;
    private String firstBad;
    private String example;

    Whole(CsvGrammar grammar, int fields) {
      this.grammar = grammar;
      this.fields = fields;
    }

    void line(String line, CsvConvention rules) {
      if (!grammar.open()) {
        if (line.isBlank() || rules.isComment(line)) {
          return;
        }
        grammar.begin();
        record.setLength(0);
      }
      grammar.line(line);
      if (record.length() < 400) {
        record.append(record.length() == 0 ? "" : " ").append(line);
      }
      if (!grammar.open()) {
        if (!grammar.sound(fields)) {
          bad();
        }
        if (grammar.pairs() > 0 && example == null) {
          example = RowDescription.of(record.toString());
        }
        pairs += grammar.pairs();
        lone += grammar.lone();
      }
    }

    void end() {
      if (grammar.open()) {
        bad();
      }
    }

    private void bad() {
      bad++;
      firstBad = firstBad == null ? RowDescription.of(record.toString()) : firstBad;
    }
  }
}
