package dev.strata.driver.tuning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The order of a tuning: which points are trained, and for how many epochs. What a stage trains
 * depends on the scores of the stages before, never on the time that a trial takes, so that a
 * repeated tuning tries the same.
 */
final class Stages {
  /** Rounds of a search that comes closer, and the part of the ranges that each looks in. */
  private static final int ROUNDS = 3;

  private static final double CLOSER = 1.0 / 3;

  private final TuneSettings settings;
  private final int epochs;
  private final Draws draws;
  private final Trainer trainer;

  /**
   * A point, and for how many epochs it is trained.
   *
   * @param epochs at least 1
   */
  record Attempt(Point point, int epochs) {}

  /** Trains, and remembers what was trained. */
  interface Trainer {
    /** Trains side by side. */
    void train(Collection<Attempt> attempts);

    /** All points so far, best first. */
    List<Point> ranked();
  }

  /**
   * @param epochs of a trial that is trained to its end
   * @param seed of the draws
   */
  Stages(TuneSettings settings, int epochs, long seed, Trainer trainer) {
    this.settings = settings;
    this.epochs = epochs;
    this.draws = new Draws(settings.dimensions(), seed);
    this.trainer = trainer;
  }

  /** Every point that could be tried before the first score is known; all others lie between. */
  List<Point> beginning() {
    return switch (settings.method()) {
      case GRID -> draws.grid();
      case HYPERBAND -> draws.uniform(1, brackets().stream().mapToInt(Bracket::points).sum());
      case RANDOM, HALVING, COARSE_TO_FINE -> draws.uniform(1, settings.trials());
    };
  }

  void run() {
    switch (settings.method()) {
      case GRID -> whole(draws.grid());
      case RANDOM -> whole(draws.uniform(1, settings.trials()));
      case HALVING -> halve(draws.uniform(1, settings.trials()), rungs(settings.trials()));
      case HYPERBAND -> hyperband();
      case COARSE_TO_FINE -> comeCloser();
    }
  }

  private void whole(List<Point> points) {
    trainer.train(attempts(points, epochs, true));
  }

  /** The configuration as it is runs beside the first stage, to its end. */
  private List<Attempt> attempts(List<Point> points, int each, boolean first) {
    Stream<Attempt> own = points.stream().map(point -> new Attempt(point, each));
    Stream<Attempt> given =
        first ? Stream.of(new Attempt(Point.AS_CONFIGURED, epochs)) : Stream.empty();
    return Stream.concat(given, own).toList();
  }

  /**
   * Epochs of the rungs of so many trials: each has {@code reduction} times those before; the last
   * has all.
   */
  private List<Integer> rungs(int trials) {
    List<Integer> rungs = new ArrayList<>(List.of(epochs));
    int left = trials;
    while (left >= settings.reduction() && lower(rungs.get(0)) < rungs.get(0)) {
      rungs.add(0, lower(rungs.get(0)));
      left /= settings.reduction();
    }
    return rungs;
  }

  private int lower(int rung) {
    return Math.max(settings.minEpochs(epochs), rung / settings.reduction());
  }

  private void halve(List<Point> points, List<Integer> rungs) {
    List<Point> left = points;
    for (int i = 0; i < rungs.size(); i++) {
      trainer.train(attempts(left, rungs.get(i), i == 0 && left.get(0).number() == 1));
      List<Point> best = trainer.ranked().stream().filter(left::contains).toList();
      int go = Math.max(1, best.size() / settings.reduction());
      left = best.subList(0, go).stream().sorted(Comparator.comparingInt(Point::number)).toList();
    }
  }

  /**
   * A halving that begins with so many points.
   *
   * @param rungs epochs of each rung
   */
  record Bracket(int points, List<Integer> rungs) {}

  /**
   * Li et al. 2018, algorithm 1: with η = reduction and s from the most rungs to 0, a bracket has
   * ⌈(s_max + 1) / (s + 1) · η^s⌉ points and s + 1 rungs.
   */
  List<Bracket> brackets() {
    List<Integer> all = rungs(Integer.MAX_VALUE);
    List<Bracket> brackets = new ArrayList<>();
    for (int s = all.size() - 1; s >= 0; s--) {
      double points = (double) all.size() / (s + 1) * Math.pow(settings.reduction(), s);
      brackets.add(
          new Bracket((int) Math.ceil(points - 1e-9), all.subList(all.size() - 1 - s, all.size())));
    }
    return brackets;
  }

  private void hyperband() {
    int first = 1;
    for (Bracket bracket : brackets()) {
      halve(draws.uniform(first, bracket.points()), bracket.rungs());
      first += bracket.points();
    }
  }

  private void comeCloser() {
    int done = 0;
    double width = 1;
    Map<String, Double> centre = Map.of();
    for (int round = 0; round < ROUNDS; round++) {
      int count = (settings.trials() - done + ROUNDS - 1 - round) / (ROUNDS - round);
      if (count > 0) {
        List<Point> points = draws.around(centre, width, 1 + done, count);
        trainer.train(attempts(points, epochs, round == 0));
        // The best so far, whichever round it is of; the configuration as it is has no place.
        centre =
            trainer.ranked().stream()
                .filter(point -> point.number() > 0)
                .findFirst()
                .map(Point::places)
                .orElseThrow();
        done += count;
        width *= CLOSER;
      }
    }
  }
}
