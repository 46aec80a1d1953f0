package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import java.util.List;

/** The columns of a table that can be other than they are. */
final class Columns {
  private Columns() {}

  /**
   * Columns that have at least two values in the training rows, as far as that is known.
   *
   * @throws StrataException (configuration) where there are none, or fewer than always asked for
   */
  static List<TableColumn> choices(String at, CorruptionSpec spec, Amount amount, RowFacts facts) {
    if (facts.columns().isEmpty()) {
      throw StrataException.configuration(
              "this corruption needs table columns, which the data does not have")
          .key(at + ".type")
          .found(spec.type())
          .expected(
              facts.texts()
                  ? "a corruption for text, such as replace-word"
                  : "a corruption for images, such as shuffle-patches")
          .build();
    }
    List<TableColumn> choices =
        facts.columns().stream().filter(c -> !c.known() || c.distinct() > 1).toList();
    if (choices.isEmpty()) {
      throw StrataException.data("no column has two different values, so no value can be replaced")
          .key("data.features")
          .found(facts.columns().size() + " columns")
          .expected("a column with at least two values in the training rows")
          .build();
    }
    if (amount.count() > choices.size()) {
      throw StrataException.configuration("a row does not have that many replaceable columns")
          .key(at + ".count")
          .found(amount.count())
          .expected("at most " + choices.size() + ", the columns with at least two values")
          .build();
    }
    return choices;
  }
}
