package dev.strata.driver.csv;

import dev.strata.driver.row.RowDescription;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What the records of a CSV file say of its convention for quotes inside quoted fields.
 *
 * @param doubled records that only doubled quotes make sense of
 * @param doubledExample one of them; null where there is none
 * @param escaped records that only escaped quotes make sense of
 * @param escapedExample one of them; null where there is none
 * @param lone records that both make sense of, but not the same, with an escape character before
 *     some other character: Spark writes none
 * @param pairs records that both make sense of, but not the same, others
 * @param pairsExample one of them; null where there is none
 * @param neither records that neither makes sense of
 * @param strayExample one of these with the right number of fields, where only its quotes are
 *     wrong; null where there is none
 * @param open records whose quoted field does not end on their line, under one or the other
 */
@RecordBuilder
record CsvEvidence(
    long doubled,
    String doubledExample,
    long escaped,
    String escapedExample,
    long lone,
    long pairs,
    String pairsExample,
    long neither,
    String strayExample,
    long open) {
  static final CsvEvidence NONE =
      CsvEvidenceBuilder.builder()
          .doubled(0)
          .doubledExample(null)
          .escaped(0)
          .escapedExample(null)
          .lone(0)
          .pairs(0)
          .pairsExample(null)
          .neither(0)
          .strayExample(null)
          .open(0)
          .build();

  /**
   * Of one line that both grammars have read.
   *
   * @param fields that a record has: by doubling, by escape
   */
  static CsvEvidence of(CsvGrammar byDoubling, CsvGrammar byEscape, int[] fields, String line) {
    boolean first = byDoubling.sound(fields[0]);
    boolean second = byEscape.sound(fields[1]);
    long open = byDoubling.open() || byEscape.open() ? 1 : 0;
    if (!first && !second) {
      boolean stray =
          open == 0 && (byDoubling.fields() == fields[0] || byEscape.fields() == fields[1]);
      String example = stray ? RowDescription.of(line) : null;
      return CsvEvidenceBuilder.builder(NONE).neither(1).strayExample(example).open(open).build();
    }
    return of(first, second, byEscape, line, open);
  }

  /**
   * @param byEscape its escape characters make the difference where both make sense
   * @param open 1 where a quoted field does not end on the line
   */
  static CsvEvidence of(
      boolean byDoubling, boolean byEscape, CsvGrammar escape, String text, long open) {
    String example = RowDescription.of(text);
    if (byDoubling && byEscape) {
      if (escape.pairs() == 0) {
        return open == 0 ? NONE : CsvEvidenceBuilder.builder(NONE).open(open).build();
      }
      return escape.lone() > 0
          ? CsvEvidenceBuilder.builder(NONE).lone(1).open(open).build()
          : CsvEvidenceBuilder.builder(NONE).pairs(1).pairsExample(example).open(open).build();
    }
    if (byDoubling) {
      return CsvEvidenceBuilder.builder(NONE).doubled(1).doubledExample(example).open(open).build();
    }
    return byEscape
        ? CsvEvidenceBuilder.builder(NONE).escaped(1).escapedExample(example).open(open).build()
        : CsvEvidenceBuilder.builder(NONE).neither(1).open(open).build();
  }

  CsvEvidence plus(CsvEvidence other) {
    return CsvEvidenceBuilder.builder()
        .doubled(doubled + other.doubled)
        .doubledExample(first(doubledExample, other.doubledExample))
        .escaped(escaped + other.escaped)
        .escapedExample(first(escapedExample, other.escapedExample))
        .lone(lone + other.lone)
        .pairs(pairs + other.pairs)
        .pairsExample(first(pairsExample, other.pairsExample))
        .neither(neither + other.neither)
        .strayExample(first(strayExample, other.strayExample))
        .open(open + other.open)
        .build();
  }

  /** Whether quoted fields may hold line breaks: only a reading from the start can tell. */
  boolean mayHaveOpenFields() {
    return open > 0 && neither > 0;
  }

  /** Of two, the one that does not depend on the order. */
  private static String first(String a, String b) {
    return a == null || b != null && b.compareTo(a) < 0 ? b : a;
  }
}
