package dev.strata.driver.source;

import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import scala.runtime.BoxedUnit;

/**
 * Finds text columns that a condition compares with whole numbers. Spark then casts the text to an
 * integer type and drops its fraction: {@code x > 2} is false for the text {@code 2.5}, and true
 * for the number. Every column of a CSV is text.
 */
final class TextComparisons {
  private final Set<String> columns = new TreeSet<>();

  private TextComparisons() {}

  /**
   * @param filtered the result of {@code Dataset.where}
   * @return texts that Spark casts to an integer without being asked to, as SQL, sorted
   */
  static Set<String> of(Dataset<Row> filtered) {
    TextComparisons found = new TextComparisons();
    if (filtered.queryExecution().analyzed() instanceof Filter filter) {
      filter
          .condition()
          .foreach(
              expression -> {
                found.add(expression);
                return BoxedUnit.UNIT;
              });
    }
    return found.columns;
  }

  private void add(Expression expression) {
    if (expression instanceof Cast cast
        && cast.child().dataType() instanceof StringType
        && cast.dataType() instanceof IntegralType
        && cast.getTagValue(Cast.USER_SPECIFIED_CAST()).isEmpty()) {
      columns.add(cast.child().references().size() == 1 ? name(cast.child()) : cast.child().sql());
    }
  }

  private static String name(Expression expression) {
    return ((Attribute) expression.references().head()).name();
  }
}
