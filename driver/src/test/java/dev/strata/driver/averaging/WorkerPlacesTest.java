package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerPlacesTest {
  private final AtomicInteger executors = new AtomicInteger(2);
  private final WorkerPlaces places = new WorkerPlaces(4, executors::get);

  @Test
  void aWorkerPrefersWhereItRan() {
    assertThat(places.ofRound()).containsExactly("", "", "", "");
    ran("a", "b", "a", "b");
    assertThat(places.ofRound()).containsExactly("a", "b", "a", "b");
  }

  @Test
  void anExecutorWithoutAWorkerGetsItsShare() {
    executors.set(1);
    ran("a", "a", "a", "a");
    assertThat(places.ofRound()).containsExactly("a", "a", "a", "a");
    executors.set(2);
    assertThat(places.ofRound()).containsExactly("a", "a", "", "");
    ran("a", "a", "b", "b");
    assertThat(places.ofRound()).containsExactly("a", "a", "b", "b");
  }

  @Test
  void aThirdExecutorGetsWorkToo() {
    ran("a", "a", "b", "b");
    executors.set(3);
    assertThat(places.ofRound()).containsExactly("a", "", "b", "");
  }

  @Test
  void eachWorkerStaysWhereThereAreMoreExecutors() {
    executors.set(9);
    ran("a", "b", "c", "d");
    assertThat(places.ofRound()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void anExecutorThatTakesNoWorkIsTriedMoreAndMoreSeldom() {
    ran("a", "a", "a", "a");
    StringBuilder tried = new StringBuilder();
    for (int round = 0; round < 15; round++) {
      tried.append(places.ofRound().contains("") ? 'x' : '.');
      ran("a", "a", "a", "a");
    }
    assertThat(tried).hasToString("x.x...x.......x");
    int tries = 0;
    for (int round = 0; round < 640; round++) {
      tries += places.ofRound().contains("") ? 1 : 0;
    }
    assertThat(tries).isBetween(9, 12);
  }

  private void ran(String... where) {
    List<String> all = List.of(where);
    for (int worker = 0; worker < all.size(); worker++) {
      places.ran(worker, all.get(worker));
    }
  }
}
