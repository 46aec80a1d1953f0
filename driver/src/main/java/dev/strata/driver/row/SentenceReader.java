package dev.strata.driver.row;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.WordReader;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/** The words of a row's text; used inside tasks. */
final class SentenceReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final FeatureColumn column;
  private final CellReader cells;
  private final WordReader words;

  SentenceReader(FeatureColumn column, CellReader cells) {
    this.column = column;
    this.cells = cells;
    this.words = new WordReader(column.text());
  }

  /**
   * @param cell of the column
   * @return null where there are no words and the row is left out for that
   * @throws StrataException (data) where the cell holds no text, or a text without words that the
   *     rule does not leave out
   */
  String read(Row row, Object cell) {
    String text = cells.sentence(cell);
    if (text == null) {
      throw SourceRowReader.bad(row, column.name(), "no text", cell, "a text");
    }
    String found = words.words(text);
    if (!found.isEmpty()) {
      return found;
    }
    if (column.text().empty() == TextRule.Empty.ERROR) {
      throw StrataException.data("column " + column.name() + " has a text without words")
          .key("data.text.empty")
          .file(RowDescription.fileOrNull())
          .row(RowDescription.of(row))
          .found(text.isEmpty() ? "nothing" : RowDescription.of(text))
          .expected("at least one word, or data.text.empty = drop")
          .build();
    }
    return null;
  }
}
