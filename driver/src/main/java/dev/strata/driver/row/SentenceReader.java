package dev.strata.driver.row;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.WordReader;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/** The words of a row's texts; used inside tasks. */
final class SentenceReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final FeatureColumn column;
  private final List<String> names;
  private final CellReader cells;
  private final WordReader words;

  SentenceReader(FeatureColumn column, CellReader cells) {
    this.column = column;
    this.names = column.sources();
    this.cells = cells;
    this.words = new WordReader(column.text());
  }

  /**
   * Reads the text of each column; an empty one has no words.
   *
   * @param positions of the columns in the row
   * @param into takes the words of each column, from index {@code from}
   * @return false where no column has a word and the row is left out for that
   * @throws StrataException (data) where a cell holds no text, or a text without words that the
   *     rule does not leave out
   */
  boolean read(Row row, int[] positions, String[] into, int from) {
    boolean any = false;
    for (int i = 0; i < positions.length; i++) {
      String found = words(row, row.get(positions[i]), names.get(i));
      into[from + i] = found;
      any |= !found.isEmpty();
    }
    return any;
  }

  private String words(Row row, Object cell, String name) {
    String text = cells.sentence(cell);
    if (text == null) {
      throw SourceRowReader.bad(row, name, "no text", cell, "a text");
    }
    String found = words.words(text);
    if (found.isEmpty() && column.text().empty() == TextRule.Empty.ERROR) {
      throw StrataException.data("column " + name + " has a text without words")
          .key("data.text.empty")
          .file(RowDescription.fileOrNull())
          .row(RowDescription.of(row))
          .found(text.isEmpty() ? "nothing" : RowDescription.of(text))
          .expected(
              "at least one word, or data.text.empty = drop"
                  + (column.joined() == null
                      ? ""
                      : ", which drops only rows without words in all text columns"))
          .build();
    }
    return found;
  }
}
