package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.time.LocalDateTime;
import java.util.List;

/**
 * Conversion of a date or time to numbers: the keys {@code data.time}.
 *
 * @param zone in which an instant has a date and a time of day, such as {@code UTC} or {@code
 *     Europe/Berlin}; a time without a zone is taken as it is
 * @param parts in this order; at least one
 */
public record TimeRule(String zone, List<TimePart> parts) implements Serializable {
  public TimeRule {
    parts = List.copyOf(parts);
  }

  /** The defaults of the keys: all parts, in UTC. */
  public static TimeRule defaults() {
    return new TimeRule("UTC", List.of(TimePart.values()));
  }

  /** The same for dates, which have no time of day. */
  TimeRule withoutHour() {
    return new TimeRule(zone, parts.stream().filter(part -> part != TimePart.HOUR).toList());
  }

  /** Numbers that it makes of one time. */
  public int width() {
    return parts.stream().mapToInt(TimePart::width).sum();
  }

  /** Writes the {@link #width()} numbers of a time. */
  public void write(LocalDateTime time, double[] into, int offset) {
    int next = offset;
    for (TimePart part : parts) {
      part.write(time, into, next);
      next += part.width();
    }
  }

  /** The part that number {@code index} belongs to. */
  TimePart part(int index) {
    int end = 0;
    for (TimePart part : parts) {
      end += part.width();
      if (index < end) {
        return part;
      }
    }
    throw new IndexOutOfBoundsException(index);
  }
}
