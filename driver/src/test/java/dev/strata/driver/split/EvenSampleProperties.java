package dev.strata.driver.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class EvenSampleProperties {
  @Property(tries = 200)
  void asManyRowsAsWantedAtEvenDistances(
      @ForAll @LongRange(min = 1, max = 3000) long rows,
      @ForAll @LongRange(min = 0, max = 4000) long wanted) {
    EvenSample sample = new EvenSample(rows, wanted);
    List<Long> taken = LongStream.range(0, rows).filter(sample::has).boxed().toList();
    assertThat(taken).hasSize((int) Math.min(rows, wanted));
    for (int i = 1; i < taken.size(); i++) {
      long step = taken.get(i) - taken.get(i - 1);
      assertThat(step).isBetween(rows / wanted, rows / wanted + 1);
    }
  }
}
