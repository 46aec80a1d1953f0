package dev.strata.driver.row;

import dev.strata.executor.preprocess.PlainText;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Seq;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** One cell of a Spark row as a plain value: text, number or numbers. */
public final class CellReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final MissingCells missing;

  public CellReader(List<String> missingValues) {
    this.missing = new MissingCells(missingValues);
  }

  /**
   * The canonical text of a category, class or group ({@link PlainText}), a date as {@code
   * 2024-01-31}; null where missing. {@link TextColumns} defines the types of a cell.
   */
  public String text(Object cell) {
    if (cell == null) {
      return null;
    }
    if (cell instanceof String text && (text.isBlank() || PlainText.isNan(text))
        || cell instanceof Float single && single.isNaN()
        || cell instanceof Double number && number.isNaN()) {
      return null;
    }
    String canonical = canonical(cell);
    return missing.text(canonical) ? null : canonical;
  }

  private static String canonical(Object cell) {
    if (cell instanceof Float number) {
      return PlainText.category(PlainText.number(number));
    }
    if (cell instanceof Double number) {
      return PlainText.category(number);
    }
    if (cell instanceof BigDecimal number) {
      return PlainText.category(number.toPlainString());
    }
    if (cell instanceof Date date) {
      return date.toLocalDate().toString();
    }
    return PlainText.category(cell.toString());
  }

  /** Whether the cell of a column of dates or times is missing. */
  boolean isMissingTime(Object cell, ZoneId zone) {
    if (cell == null || cell instanceof String && text(cell) == null) {
      return true;
    }
    return missing.any()
        && TimeCell.of(cell, zone).filter(time -> missing.time(time, zone)).isPresent();
  }

  /** A text as it is; empty where missing, null where the cell holds something else. */
  String sentence(Object cell) {
    if (cell == null) {
      return "";
    }
    if (cell instanceof String text) {
      boolean absent = text.isBlank() || missing.any() && missing.text(PlainText.category(text));
      return absent ? "" : text;
    }
    return null;
  }

  /** The number of a cell, NaN where missing; empty where the cell holds something else. */
  public OptionalDouble number(Object cell) {
    if (cell == null) {
      return OptionalDouble.of(Double.NaN);
    }
    if (cell instanceof String text) {
      return number(text);
    }
    if (cell instanceof Boolean truth) {
      boolean absent = missing.text(truth.toString());
      return OptionalDouble.of(absent ? Double.NaN : truth ? 1.0 : 0.0);
    }
    if (cell instanceof Float number) {
      return OptionalDouble.of(
          missing.number(number.floatValue()) ? Double.NaN : PlainText.number(number));
    }
    if (cell instanceof Double number) {
      return OptionalDouble.of(missing.number(number.doubleValue()) ? Double.NaN : number);
    }
    if (cell instanceof BigDecimal number) {
      return OptionalDouble.of(missing.number(number) ? Double.NaN : number.doubleValue());
    }
    return cell instanceof Number number
        ? OptionalDouble.of(missing.number(number.longValue()) ? Double.NaN : number.doubleValue())
        : OptionalDouble.empty();
  }

  /** A truth value is not the number that stands for it: {@code true} is not a missing 1. */
  private OptionalDouble number(String text) {
    if (text.isBlank() || missing.any() && missing.text(PlainText.category(text))) {
      return OptionalDouble.of(Double.NaN);
    }
    OptionalDouble number = PlainText.number(text);
    boolean absent =
        missing.any()
            && number.isPresent()
            && !Character.isLetter(text.strip().charAt(0))
            && missing.number(number.getAsDouble());
    return absent ? OptionalDouble.of(Double.NaN) : number;
  }

  /** Numbers that an array, vector or binary cell holds; -1 where it is none of them. */
  public static int length(Object cell) {
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

  /**
   * Writes the numbers of an array, vector or binary cell, NaN where missing; false where one is no
   * number. The bytes of a binary cell are pixels, none of which is missing.
   */
  boolean numbers(Object cell, double[] into, int offset) {
    if (cell instanceof byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        into[offset + i] = bytes[i] & 0xFF;
      }
    } else if (cell instanceof float[] floats) {
      for (int i = 0; i < floats.length; i++) {
        into[offset + i] = missing.number(floats[i]) ? Double.NaN : floats[i];
      }
    } else if (cell instanceof double[] doubles) {
      for (int i = 0; i < doubles.length; i++) {
        into[offset + i] = missing.number(doubles[i]) ? Double.NaN : doubles[i];
      }
    } else if (cell instanceof Vector vector) {
      if (missing.number(0L)) {
        Arrays.fill(into, offset, offset + vector.size(), Double.NaN);
      }
      vector.foreachActive(new IntoArray(missing, into, offset));
    } else {
      Seq<?> list = (Seq<?>) cell;
      for (int i = 0; i < list.length(); i++) {
        Object element = list.apply(i);
        OptionalDouble number =
            element instanceof Float f && !missing.number(f.floatValue())
                ? OptionalDouble.of(f)
                : number(element);
        if (number.isEmpty()) {
          return false;
        }
        into[offset + i] = number.getAsDouble();
      }
    }
    return true;
  }

  /** Active elements of a vector; the others are not written. */
  private static final class IntoArray extends AbstractFunction2<Object, Object, BoxedUnit> {
    private final MissingCells missing;
    private final double[] into;
    private final int offset;

    IntoArray(MissingCells missing, double[] into, int offset) {
      this.missing = missing;
      this.into = into;
      this.offset = offset;
    }

    @Override
    public BoxedUnit apply(Object index, Object value) {
      double number = (Double) value;
      into[offset + (Integer) index] = missing.number(number) ? Double.NaN : number;
      return BoxedUnit.UNIT;
    }
  }
}
