package dev.strata.executor.preprocess;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;

/**
 * A part of a date or time as numbers. A part that comes round again is a point of the unit circle:
 * {@code sin, cos} of {@code 2π · (value - first) / period}, so that December is beside January.
 */
public enum TimePart {
  /** Days since 1970-01-01T00:00, with a fraction for the time of day. */
  ELAPSED {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      into[offset] = time.toLocalDate().toEpochDay() + time.toLocalTime().toNanoOfDay() / DAY_NANOS;
    }
  },
  /** The calendar year. */
  YEAR {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      into[offset] = time.getYear();
    }
  },
  /** Month of the year: a circle of 12. */
  MONTH {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      circle(time.getMonthValue() - 1, 12, into, offset);
    }
  },
  /** Day of the month: a circle of 31. */
  DAY {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      circle(time.getDayOfMonth() - 1, 31, into, offset);
    }
  },
  /** Day of the week, from Monday: a circle of 7. */
  WEEKDAY {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      circle(time.get(ChronoField.DAY_OF_WEEK) - 1, 7, into, offset);
    }
  },
  /** Time of the day in hours, with a fraction: a circle of 24. */
  HOUR {
    @Override
    void write(LocalDateTime time, double[] into, int offset) {
      circle(time.toLocalTime().toNanoOfDay() / DAY_NANOS, 1, into, offset);
    }
  };

  private static final double DAY_NANOS = 86_400e9;

  /** Writes {@link #width()} numbers. */
  abstract void write(LocalDateTime time, double[] into, int offset);

  /** Numbers that it makes. */
  public int width() {
    return isCircle() ? 2 : 1;
  }

  /** Whether it makes a point of the unit circle, which is not scaled. */
  public boolean isCircle() {
    return this != ELAPSED && this != YEAR;
  }

  /** {@link StrictMath}: the same bits on every machine. */
  private static void circle(double value, double period, double[] into, int offset) {
    double angle = 2 * Math.PI * value / period;
    into[offset] = StrictMath.sin(angle);
    into[offset + 1] = StrictMath.cos(angle);
  }
}
