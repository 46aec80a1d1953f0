package dev.strata.driver.averaging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Where each worker ran last, so that its next task can run where its learner stays.
 *
 * <p>Where an executor has no worker though there are enough for all, the workers beyond an even
 * share prefer no place, so that Spark can give them to that executor. Otherwise an executor that
 * joined late, or that replaces a lost one, would get no work for as long as a task takes less than
 * {@code spark.locality.wait}: each task would wait for the executor that it prefers. Where it does
 * not help (an executor that is excluded, or busy with other work), it is tried again after 2, 4, …
 * 64 rounds.
 */
final class WorkerPlaces {
  private static final int LONGEST_PAUSE = 64;

  private final List<String> places;
  private final IntSupplier executors;
  private int pause = 1;
  private int waited;

  /**
   * @param executors how many there are now
   */
  WorkerPlaces(int workers, IntSupplier executors) {
    this.places = new ArrayList<>(Collections.nCopies(workers, ""));
    this.executors = executors;
  }

  /** For a round: by worker, as Spark names a preferred location; empty where there is none. */
  List<String> ofRound() {
    Set<String> used = new HashSet<>(places);
    int reachable = Math.min(executors.getAsInt(), places.size());
    if (used.contains("") || used.size() >= reachable) {
      pause = 1;
      waited = 0;
      return List.copyOf(places);
    }
    waited++;
    if (waited < pause) {
      return List.copyOf(places);
    }
    waited = 0;
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    return upTo(places.size() / reachable);
  }

  void ran(int worker, String place) {
    places.set(worker, place);
  }

  private List<String> upTo(int share) {
    List<String> some = new ArrayList<>();
    Map<String, Integer> workers = new HashMap<>();
    for (String place : places) {
      some.add(workers.merge(place, 1, Integer::sum) <= share ? place : "");
    }
    return some;
  }
}
