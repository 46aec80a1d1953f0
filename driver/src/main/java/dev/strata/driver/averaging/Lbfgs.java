package dev.strata.driver.averaging;

import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;

/**
 * L-BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.4 and 7.5), one evaluation of
 * loss f and gradient g after the other. From the point x with the newest steps s and changes y of
 * the gradient, the two-loop recursion gives d = −H g, with H = γ I, γ = sᵀy / yᵀy of the newest
 * pair, corrected by each pair. The points x + t d are evaluated until t satisfies
 *
 * <pre>
 *   f(x + t d) ≤ f(x) + c₁ t gᵀd        c₁ = 1e-4
 *   g(x + t d)ᵀd ≥ c₂ gᵀd               c₂ = 0.9
 * </pre>
 *
 * <p>(weak Wolfe conditions, so that sᵀy &gt; 0). t begins at 1; of the first direction and after a
 * restart at min(1, 1 / ‖g‖). It is bisected once a t was too long (the line search of Lewis and
 * Overton 2013), which also ends for losses with kinks such as that of relu. Before that, a t that
 * is only too short for the second condition is taken, too: it lowers the loss, and the next search
 * begins with the curvature that it has seen, or at 2 t, so that x is always the best point so far
 * but for a bisection. Where f cannot show a decrease, as it is rounded, the first condition is
 * replaced by the approximate one of Hager and Zhang (2005, equation 4.1): (2 c₁ − 1) gᵀd ≥ g(x + t
 * d)ᵀd and f(x + t d) ≤ f(x) + ε |f(x)|, ε = 1e-6.
 *
 * <p>A line search that finds no point forgets the pairs and begins again along −g; without pairs
 * it ends training, as does a gradient within the tolerance. A loss that is not finite counts as
 * too large.
 *
 * <p>Vectors are float32, sums and products float64 in the order of the elements: the same
 * evaluations give the same bytes.
 */
final class Lbfgs {
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final double ROUNDING = 1e-6;

  /** A pair whose sᵀy / yᵀy is smaller would make directions of rounding errors. */
  private static final double LEAST_CURVATURE = 1e-10;

  private static final int MOST_EVALUATIONS = 20;

  private final LbfgsSettings settings;

  Lbfgs(LbfgsSettings settings) {
    this.settings = settings;
  }

  /**
   * Where training stands after an evaluation.
   *
   * @param next point to evaluate next; the point itself where training has ended
   * @param point x, the best one
   * @param gradient g there
   */
  record Moved(StateVector next, StateVector point, StateVector gradient, LbfgsState state) {}

  /** After the first evaluation. */
  Moved begin(StateVector point, StateVector gradient, double loss) {
    return search(point, gradient, loss, List.of(), List.of());
  }

  /**
   * After another one.
   *
   * @param point x
   * @param gradient g(x)
   * @param tried the point that was evaluated
   * @param triedGradient its gradient
   * @param triedLoss its loss
   */
  Moved after(
      LbfgsState state,
      StateVector point,
      StateVector gradient,
      StateVector tried,
      StateVector triedGradient,
      double triedLoss) {
    double[] direction = direction(gradient, state.steps(), state.changes());
    double slope = dot(direction, gradient);
    double there = dot(direction, triedGradient);
    double low = state.low();
    double high = state.high();
    boolean decreased = decreased(state, slope, triedLoss, there);
    boolean last = state.evaluations() >= MOST_EVALUATIONS;
    if (!decreased) {
      high = state.length();
    } else if (there < CURVATURE * slope && !Double.isInfinite(high) && !last) {
      low = state.length();
    } else {
      List<StateVector> steps = new ArrayList<>(state.steps());
      List<StateVector> changes = new ArrayList<>(state.changes());
      remember(difference(tried, point), difference(triedGradient, gradient), steps, changes);
      return there < CURVATURE * slope && steps.isEmpty()
          ? search(tried, triedGradient, triedLoss, steps, changes, 2 * state.length())
          : search(tried, triedGradient, triedLoss, steps, changes);
    }
    if (last) {
      return state.steps().isEmpty()
          ? ended(point, gradient, state.loss(), List.of(), List.of())
          : search(point, gradient, state.loss(), List.of(), List.of());
    }
    double length = Double.isInfinite(high) ? 2 * low : (low + high) / 2;
    return tried(
        point,
        gradient,
        direction,
        LbfgsStateBuilder.builder(state)
            .low(low)
            .high(high)
            .length(length)
            .evaluations(state.evaluations() + 1)
            .build());
  }

  private static boolean decreased(LbfgsState state, double slope, double loss, double there) {
    double start = state.loss();
    boolean clearly = loss <= start + DECREASE * state.length() * slope;
    boolean roundly =
        loss <= start + ROUNDING * Math.abs(start) && (2 * DECREASE - 1) * slope >= there;
    return Double.isFinite(loss) && Double.isFinite(there) && (clearly || roundly);
  }

  private void remember(
      StateVector step, StateVector change, List<StateVector> steps, List<StateVector> changes) {
    double curvature = dot(step, change);
    if (curvature > LEAST_CURVATURE * dot(change, change)) {
      steps.add(step);
      changes.add(change);
      if (steps.size() > settings.history()) {
        steps.remove(0);
        changes.remove(0);
      }
    }
  }

  /** Begins a line search. */
  private Moved search(
      StateVector point,
      StateVector gradient,
      double loss,
      List<StateVector> steps,
      List<StateVector> changes) {
    double first = steps.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    return search(point, gradient, loss, steps, changes, first);
  }

  private Moved search(
      StateVector point,
      StateVector gradient,
      double loss,
      List<StateVector> steps,
      List<StateVector> changes,
      double length) {
    if (largest(gradient) <= settings.tolerance()) {
      return ended(point, gradient, loss, steps, changes);
    }
    double[] direction = direction(gradient, steps, changes);
    if (!(dot(direction, gradient) < 0) && !steps.isEmpty()) {
      return search(point, gradient, loss, List.of(), List.of());
    }
    LbfgsState state =
        new LbfgsState(loss, steps, changes, 0, Double.POSITIVE_INFINITY, length, 1, false);
    return tried(point, gradient, direction, state);
  }

  private static Moved tried(
      StateVector point, StateVector gradient, double[] direction, LbfgsState state) {
    StateVector next = StateVector.zeros(point.length());
    boolean moves = false;
    for (int i = 0; i < direction.length; i++) {
      float from = point.get(i);
      float to = (float) (from + state.length() * direction[i]);
      next.set(i, to);
      moves |= to != from;
    }
    return moves
        ? new Moved(next, point, gradient, state)
        : ended(point, gradient, state.loss(), state.steps(), state.changes());
  }

  private static Moved ended(
      StateVector point,
      StateVector gradient,
      double loss,
      List<StateVector> steps,
      List<StateVector> changes) {
    LbfgsState state =
        new LbfgsState(loss, steps, changes, 0, Double.POSITIVE_INFINITY, 0, 0, true);
    return new Moved(point, point, gradient, state);
  }

  /** −H g: algorithm 7.4, two-loop recursion. */
  private static double[] direction(
      StateVector gradient, List<StateVector> steps, List<StateVector> changes) {
    double[] q = new double[Math.toIntExact(gradient.length())];
    add(q, -1, gradient);
    int pairs = steps.size();
    double[] alpha = new double[pairs];
    double[] rho = new double[pairs];
    for (int i = pairs - 1; i >= 0; i--) {
      rho[i] = 1 / dot(steps.get(i), changes.get(i));
      alpha[i] = rho[i] * dot(q, steps.get(i));
      add(q, -alpha[i], changes.get(i));
    }
    if (pairs > 0) {
      StateVector newest = changes.get(pairs - 1);
      double scale = 1 / (rho[pairs - 1] * dot(newest, newest));
      for (int i = 0; i < q.length; i++) {
        q[i] *= scale;
      }
    }
    for (int i = 0; i < pairs; i++) {
      double beta = rho[i] * dot(q, changes.get(i));
      add(q, alpha[i] - beta, steps.get(i));
    }
    return q;
  }

  private static void add(double[] sum, double factor, StateVector vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * vector.get(i);
    }
  }

  private static double dot(double[] left, StateVector right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right.get(i);
    }
    return sum;
  }

  private static double dot(StateVector left, StateVector right) {
    double sum = 0;
    for (long i = 0; i < left.length(); i++) {
      sum += (double) left.get(i) * right.get(i);
    }
    return sum;
  }

  private static double largest(StateVector vector) {
    double largest = 0;
    for (long i = 0; i < vector.length(); i++) {
      largest = Math.max(largest, Math.abs(vector.get(i)));
    }
    return largest;
  }

  private static StateVector difference(StateVector left, StateVector right) {
    StateVector difference = StateVector.zeros(left.length());
    for (long i = 0; i < left.length(); i++) {
      difference.set(i, left.get(i) - right.get(i));
    }
    return difference;
  }
}
