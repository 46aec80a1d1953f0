package dev.strata.driver.data;

import dev.strata.executor.preprocess.PlainText;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Seq;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** One cell of a Spark row as a plain value: text, number or numbers. */
final class CellReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Set<String> missing;

  CellReader(List<String> missingValues) {
    this.missing = Set.copyOf(missingValues);
  }

  /** The text of a category, class or group; null where missing. */
  String text(Object cell) {
    if (cell == null || isMissing(cell)) {
      return null;
    }
    if (cell instanceof String text) {
      return PlainText.category(text);
    }
    if (cell instanceof Float number) {
      return number.isNaN() ? null : PlainText.category(PlainText.number(number));
    }
    if (cell instanceof Double number) {
      return number.isNaN() ? null : PlainText.category(number);
    }
    return cell instanceof BigDecimal number
        ? PlainText.category(number.toPlainString())
        : cell.toString();
  }

  /** A text as it is; empty where missing, null where the cell holds something else. */
  String sentence(Object cell) {
    if (cell == null || isMissing(cell)) {
      return "";
    }
    return cell instanceof String text ? text : null;
  }

  /** The number of a cell, NaN where missing; empty where the cell holds something else. */
  OptionalDouble number(Object cell) {
    if (cell == null || isMissing(cell)) {
      return OptionalDouble.of(Double.NaN);
    }
    if (cell instanceof String text) {
      return PlainText.number(text);
    }
    if (cell instanceof Boolean truth) {
      return OptionalDouble.of(truth ? 1.0 : 0.0);
    }
    if (cell instanceof Float number) {
      return OptionalDouble.of(number.isNaN() ? Double.NaN : PlainText.number(number));
    }
    return cell instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** Numbers that an array, vector or binary cell holds; -1 where it is none of them. */
  static int length(Object cell) {
    if (cell instanceof float[] floats) {
      return floats.length;
    }
    if (cell instanceof double[] doubles) {
      return doubles.length;
    }
    if (cell instanceof byte[] bytes) {
      return bytes.length;
    }
    if (cell instanceof Vector vector) {
      return vector.size();
    }
    return cell instanceof Seq<?> list ? list.length() : -1;
  }

  /** Writes the numbers of an array, vector or binary cell; false where one is no number. */
  boolean numbers(Object cell, double[] into, int offset) {
    if (cell instanceof byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        into[offset + i] = bytes[i] & 0xFF;
      }
    } else if (cell instanceof float[] floats) {
      for (int i = 0; i < floats.length; i++) {
        into[offset + i] = floats[i];
      }
    } else if (cell instanceof double[] doubles) {
      for (int i = 0; i < doubles.length; i++) {
        boolean absent = !missing.isEmpty() && isMissing(doubles[i]);
        into[offset + i] = absent ? Double.NaN : doubles[i];
      }
    } else if (cell instanceof Vector vector) {
      vector.foreachActive(new IntoArray(into, offset));
    } else {
      Seq<?> list = (Seq<?>) cell;
      for (int i = 0; i < list.length(); i++) {
        Object element = list.apply(i);
        OptionalDouble number = element instanceof Float f ? OptionalDouble.of(f) : number(element);
        if (number.isEmpty()) {
          return false;
        }
        into[offset + i] = number.getAsDouble();
      }
    }
    return true;
  }

  private boolean isMissing(Object cell) {
    if (cell instanceof String text) {
      String trimmed = text.strip();
      return trimmed.isEmpty() || (!missing.isEmpty() && missing.contains(trimmed));
    }
    return !missing.isEmpty() && missing.contains(cell.toString());
  }

  /** Active elements of a vector; the others stay 0. */
  private static final class IntoArray extends AbstractFunction2<Object, Object, BoxedUnit> {
    private final double[] into;
    private final int offset;

    IntoArray(double[] into, int offset) {
      this.into = into;
      this.offset = offset;
    }

    @Override
    public BoxedUnit apply(Object index, Object value) {
      into[offset + (Integer) index] = (Double) value;
      return BoxedUnit.UNIT;
    }
  }
}
