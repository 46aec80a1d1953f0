package dev.strata.driver.csv;

import dev.strata.driver.csv.CsvScan.Head;
import dev.strata.driver.file.FileGroups;
import dev.strata.driver.file.SourceText;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Finds out how CSV files write quotes inside quoted fields, and whether quoted fields hold line
 * breaks. What {@code options.escape} and {@code options.multiLine} say holds. Else, of each file:
 *
 * <ol>
 *   <li>Records that make sense under one convention only decide; a file with records of both kinds
 *       is refused.
 *   <li>Records that make sense under both, but mean something else ({@code "a\\b"}): one with a
 *       backslash before any other character was written with doubled quotes. A file without such a
 *       record is Spark's where its name is one that Spark gives, else written like the source's
 *       other files where they agree, else refused.
 *   <li>Where lines leave a quoted field open, the file is read from its start with line breaks in
 *       fields, and written so if all of it makes sense.
 * </ol>
 */
public final class CsvForms {
  /** Names that Spark gives to the files of a table. */
  private static final String SPARKS_OWN = "part-\\d{5,}-.*";

  private final CsvConvention rules;
  private final List<String> files;
  private final List<CsvForm> forms;

  private CsvForms(CsvConvention rules, List<String> files, List<CsvForm> forms) {
    this.rules = rules;
    this.files = files;
    this.forms = forms;
  }

  /** One for each file. */
  public List<CsvForm> forms() {
    return forms;
  }

  /**
   * @param names of columns that the settings give; 0: each file's first record counts
   * @throws StrataException (data) for a file whose convention is ambiguous, with a row of it
   */
  public static CsvForms of(
      CsvConvention rules,
      CsvScan scan,
      FileGroups groups,
      List<Head> heads,
      int names,
      Consumer<String> notice) {
    List<String> files = groups.files();
    boolean always = rules.multiLine() == null ? rules.wide() : rules.multiLine();
    Map<String, CsvEvidence> evidence = new HashMap<>();
    Set<String> multiLine = new HashSet<>();
    if (rules.open()) {
      Map<String, int[]> fields = fields(files, heads, names);
      if (rules.byLines()) {
        evidence.putAll(scan.byLines(groups.lines(), fields));
      }
      List<String> whole =
          files.stream()
              .filter(
                  file ->
                      always
                          || !rules.byLines()
                          || rules.multiLine() == null
                              && evidence.getOrDefault(file, CsvEvidence.NONE).mayHaveOpenFields())
              .toList();
      List<CsvEvidence> found = whole.isEmpty() ? List.of() : scan.whole(whole, fields);
      for (int i = 0; i < whole.size(); i++) {
        if (always || found.get(i).neither() == 0) {
          evidence.put(whole.get(i), found.get(i));
          multiLine.add(whole.get(i));
        }
      }
    }
    List<Character> escapes = escapes(rules, files, evidence);
    List<CsvForm> forms = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      boolean lines = rules.multiLine() != Boolean.FALSE && multiLine.contains(files.get(i));
      forms.add(new CsvForm(escapes.get(i), always || lines));
    }
    CsvForms all = new CsvForms(rules, files, forms);
    all.tell(notice);
    files.stream()
        .filter(file -> evidence.getOrDefault(file, CsvEvidence.NONE).strayExample() != null)
        .findFirst()
        .ifPresent(file -> notice.accept(stray(file, evidence.get(file).strayExample())));
    return all;
  }

  private static String stray(String file, String row) {
    return SourceText.path(file)
        + ": misplaced quotes, neither doubled nor escaped; Strata reads such fields with their"
        + " quotes and backslashes, as in the row "
        + row;
  }

  private static Map<String, int[]> fields(List<String> files, List<Head> heads, int names) {
    Map<String, int[]> fields = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      Head head = heads.get(i);
      fields.put(
          files.get(i),
          names > 0
              ? new int[] {names, names}
              : new int[] {head.doubled().size(), head.escaped().size()});
    }
    return fields;
  }

  private static List<Character> escapes(
      CsvConvention rules, List<String> files, Map<String, CsvEvidence> evidence) {
    List<Character> escapes = new ArrayList<>();
    Set<Character> told = new HashSet<>();
    for (String file : files) {
      Character escape = rules.escape();
      if (escape == null) {
        escape = escape(rules, file, evidence.getOrDefault(file, CsvEvidence.NONE));
        if (escape != null) {
          told.add(escape);
        }
      }
      escapes.add(escape);
    }
    for (int i = 0; i < files.size(); i++) {
      if (escapes.get(i) == null) {
        CsvEvidence of = evidence.getOrDefault(files.get(i), CsvEvidence.NONE);
        if (of.pairs() > 0 && told.size() != 1) {
          throw untold(files.get(i), of.pairsExample());
        }
        escapes.set(
            i, told.size() == 1 ? told.iterator().next() : Character.valueOf(rules.quote()));
      }
    }
    return escapes;
  }

  /** Null where the file does not say. */
  private static Character escape(CsvConvention rules, String file, CsvEvidence of) {
    if (of.doubled() > 0 && of.escaped() > 0) {
      throw StrataException.data("a CSV file mixes two conventions for quotes")
          .key("data.options.escape")
          .file(SourceText.path(file))
          .row(of.doubledExample())
          .found(
              "this row with doubled quotes, and a row with escaped quotes: " + of.escapedExample())
          .expected(choice("set the convention of the correct rows"))
          .build();
    }
    if (of.escaped() > 0) {
      return CsvConvention.BACKSLASH;
    }
    if (of.doubled() > 0 || of.lone() > 0) {
      return rules.quote();
    }
    boolean sparks = SourceText.path(file).getName().matches(SPARKS_OWN);
    return of.pairs() > 0 && sparks ? CsvConvention.BACKSLASH : null;
  }

  private static StrataException untold(String file, String row) {
    return StrataException.data("backslashes in a CSV file are ambiguous")
        .key("data.options.escape")
        .file(SourceText.path(file))
        .row(row)
        .found("paired backslashes in quoted fields, and no escaped quote")
        .expected(choice("set the convention of the program that wrote the file"))
        .build();
  }

  private static String choice(String which) {
    return which
        + ": data.options.escape = \"\\\"\" (quotes are doubled, backslashes stand for themselves)"
        + " or \"\\\\\" (a backslash stands before quotes and backslashes, as Spark writes them)";
  }

  private void tell(Consumer<String> notice) {
    tell(
        notice,
        "quotes in quoted fields are escaped by a backslash, as Spark writes them",
        form -> rules.escape() == null && form.escape() != rules.quote());
    tell(
        notice,
        "quoted fields contain line breaks",
        form -> rules.multiLine() == null && form.multiLine() && !rules.wide());
  }

  private void tell(Consumer<String> notice, String what, Predicate<CsvForm> which) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (which.test(forms.get(i))) {
        found.add(SourceText.path(files.get(i)).toString());
      }
    }
    if (!found.isEmpty()) {
      notice.accept(Counted.first(found, 1) + ": " + what + ".");
    }
  }
}
