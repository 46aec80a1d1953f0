package dev.strata.driver.averaging;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.RoundOutcome.WorkerKept;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.RoundPhase;
import dev.strata.executor.round.RoundPhaseBuilder;
import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Synchronous parameter averaging: in each round every worker trains its next minibatches from the
 * same state, then the states are averaged with the numbers of examples as weights (McDonald, Hall
 * and Mann 2010; local SGD, Stich 2019); an {@link OuterStep} may go further along their mean's
 * way.
 *
 * <p>Laws, each a test: one worker gives the bytes of local training; N workers that average after
 * every minibatch with plain SGD give one machine's training on batches of all their rows; a round
 * repeated gives the same bytes.
 */
public final class AveragingTrainer {
  private final JavaSparkContext spark;
  private final AveragingSettings settings;
  private final boolean within;

  public AveragingTrainer(JavaSparkContext spark, AveragingSettings settings) {
    this(spark, settings, spark.sc().isLocal());
  }

  /**
   * @param within whether tasks run in this process, so that states need not be written for them
   */
  public AveragingTrainer(JavaSparkContext spark, AveragingSettings settings, boolean within) {
    this.spark = spark;
    this.settings = settings;
    this.within = within;
  }

  /**
   * Trains from {@code start} to the end of the last epoch or until the observer says stop.
   *
   * @return the state after the last round
   * @throws StrataException (configuration) where the model is larger than the driver takes
   */
  public TrainingState train(AveragingPhase phase, TrainingState start, RoundObserver observer) {
    Optional<SlicedReduction> sliced = sliced(phase);
    boolean reuses = within && sliced.isEmpty();
    RoundPhase fixed = fixed(phase, settings.optimizerState() == OptimizerState.KEEP, reuses);
    WorkerPlaces places = new WorkerPlaces(start.workers().size(), this::executors);
    try (RoundJob job = new RoundJob(spark, fixed, within, sliced)) {
      WorkerTable workers = new WorkerTable(start, places);
      RoundAverager averager = new RoundAverager(job, phase.layout(), reuses);
      return rounds(phase, job, averager, start, workers, observer);
    } finally {
      spark.setJobDescription(null);
    }
  }

  private Optional<SlicedReduction> sliced(AveragingPhase phase) {
    return DriverBound.slices(
            spark.getConf(),
            settings,
            phase.layout(),
            phase.learner().fullBatch(),
            phase.plan().workers(),
            within)
        ? Optional.of(new SlicedReduction(phase.layout(), phase.plan().workers()))
        : Optional.empty();
  }

  /**
   * Running statistics of given parameters: of rounds on the rows from the beginning of an epoch at
   * learning rate 0, at least so many minibatches of the longest worker, pooled over the workers.
   *
   * @param epoch whose order the rows have
   * @return the parameters with these statistics
   */
  public StateVector statistics(
      AveragingPhase phase, StateVector parameters, int epoch, int minibatches) {
    AveragingPhase still =
        AveragingPhaseBuilder.builder(phase).rateFactor(Optional.of(0.0)).build();
    boolean keeps = settings.optimizerState() == OptimizerState.KEEP;
    StateVector none = StateVector.zeros(phase.layout().optimizerState());
    EpochPlan plan = phase.plan();
    TrainingState start = TrainingState.beginning(0, parameters, none, plan.workers(), keeps);
    WorkerPlaces places = new WorkerPlaces(plan.workers(), this::executors);
    StateVector found = parameters;
    try (RoundJob job = new RoundJob(spark, fixed(still, keeps, false), within, sliced(phase))) {
      WorkerTable workers = new WorkerTable(start, places);
      RoundAverager averager = new RoundAverager(job, phase.layout(), false);
      int done = 0;
      for (int round = 0; done < minibatches; round++) {
        int inEpoch = round % plan.roundsPerEpoch();
        int now = epoch + round / plan.roundsPerEpoch();
        RoundStart from = new RoundStart(round, now, inEpoch, done, found, start.optimizerState());
        RoundOutcome outcome =
            averager
                .run(job.prepare(from), workers.turns(plan, inEpoch), Optional.empty())
                .outcome();
        workers.update(outcome.workers(), round);
        found = StatisticsSegments.copied(outcome.parameters(), parameters, phase.layout());
        done += plan.steps(inEpoch);
      }
    }
    return found;
  }

  private RoundPhase fixed(
      AveragingPhase phase, boolean keepOptimizerState, boolean reusesResults) {
    return RoundPhaseBuilder.builder()
        .attempt(UUID.randomUUID().toString())
        .name(phase.name())
        .learner(phase.learner())
        .shards(phase.shards())
        .plan(phase.plan())
        .shuffleWindow(phase.shuffleWindow())
        .seed(phase.seed())
        .keepOptimizerState(keepOptimizerState)
        .reusesResults(reusesResults)
        .hadoop(new SerializableConfiguration(spark.hadoopConfiguration()))
        .rateFactor(phase.rateFactor().orElse(1.0))
        .build();
  }

  private int executors() {
    // The driver is one of them.
    return within ? 0 : spark.sc().statusTracker().getExecutorInfos().length - 1;
  }

  private TrainingState rounds(
      AveragingPhase phase,
      RoundJob job,
      RoundAverager averager,
      TrainingState start,
      WorkerTable workers,
      RoundObserver observer) {
    TrainingState state = start;
    Optional<OuterStep> outer = outer(phase);
    Optional<Lbfgs> lbfgs = phase.learner().fullBatch().map(Lbfgs::new);
    int roundsPerEpoch = phase.plan().roundsPerEpoch();
    if (lbfgs.isPresent() && roundsPerEpoch > 1) {
      throw new IllegalArgumentException("L-BFGS in " + roundsPerEpoch + " rounds per epoch");
    }
    Optional<RoundJob.Prepared> next = prepared(job, phase, state);
    try {
      while (next.isPresent()) {
        RoundJob.Prepared round = next.get();
        next = Optional.empty();
        spark.setJobDescription(
            phase.title() + " · epoch " + (state.epoch() + 1) + " · round " + (state.round() + 1));
        TrainingState before = state;
        double share = phase.plan().share(state.roundInEpoch());
        RoundAverager.Averaged averaged =
            averager.run(
                round,
                workers.turns(phase.plan(), state.roundInEpoch()),
                outer.map(step -> step.begin(before.parameters(), before.velocity(), share)));
        RoundOutcome outcome = averaged.outcome();
        workers.update(outcome.workers(), state.round());
        boolean epochEnded = state.roundInEpoch() + 1 == roundsPerEpoch;
        state = after(state, outcome, averaged.moved(), phase.plan(), epochEnded, workers.states());
        if (lbfgs.isPresent()) {
          state = after(lbfgs.get(), before, state, outcome);
          outcome = outcome.withLoss(state.lbfgs().orElseThrow().loss());
        }
        // Sent while the observer validates, writes a checkpoint and so on.
        next = prepared(job, phase, state);
        if (!observer.afterRound(state, outcome, epochEnded)) {
          break;
        }
      }
      return state;
    } finally {
      next.ifPresent(RoundJob.Prepared::close);
    }
  }

  private static Optional<RoundJob.Prepared> prepared(
      RoundJob job, AveragingPhase phase, TrainingState state) {
    if (state.epoch() >= phase.epochs() || state.ended()) {
      return Optional.empty();
    }
    return Optional.of(
        job.prepare(
            new RoundStart(
                state.round(),
                state.epoch(),
                state.roundInEpoch(),
                state.iteration(),
                state.parameters(),
                state.optimizerState())));
  }

  private static TrainingState after(
      TrainingState state,
      RoundOutcome outcome,
      OuterStep.Moved moved,
      EpochPlan plan,
      boolean epochEnded,
      List<WorkerState> workers) {
    return TrainingStateBuilder.builder()
        .epoch(state.epoch() + (epochEnded ? 1 : 0))
        .roundInEpoch(epochEnded ? 0 : state.roundInEpoch() + 1)
        .round(state.round() + 1)
        .iteration(state.iteration() + plan.steps(state.roundInEpoch()))
        .examples(state.examples() + outcome.rows())
        .parameters(moved.parameters())
        .model(plan.cut() == RoundCut.WHOLE_FIRST ? moved.parameters() : outcome.parameters())
        .velocity(moved.velocity())
        .optimizerState(outcome.optimizerState())
        .workers(workers)
        .build();
  }

  /** The workers were at the parameters before; their mean state is the gradient there. */
  private static TrainingState after(
      Lbfgs lbfgs, TrainingState before, TrainingState now, RoundOutcome outcome) {
    StateVector at = outcome.parameters();
    StateVector gradient = outcome.optimizerState();
    Lbfgs.Moved moved =
        before
            .lbfgs()
            .map(
                search ->
                    lbfgs.after(
                        search,
                        before.model(),
                        before.optimizerState(),
                        at,
                        gradient,
                        outcome.loss()))
            .orElseGet(() -> lbfgs.begin(at, gradient, outcome.loss()));
    return TrainingStateBuilder.builder(now)
        .parameters(moved.next())
        .model(moved.point())
        .optimizerState(moved.gradient())
        .lbfgs(Optional.of(moved.state()))
        .build();
  }

  private Optional<OuterStep> outer(AveragingPhase phase) {
    OuterSettings outer = settings.outer();
    if (outer.type() == OuterSettings.Type.NONE || phase.learner().fullBatch().isPresent()) {
      return Optional.empty();
    }
    double momentum = outer.momentum(phase.plan());
    if (momentum == 0 && outer.learningRate() == 1) {
      // Such a step gives the mean, bit for bit.
      return Optional.empty();
    }
    return Optional.of(new OuterStep(outer.learningRate(), momentum, phase.layout().statistics()));
  }

  /** What the driver remembers of each worker. */
  private static final class WorkerTable {
    private final List<WorkerState> states;
    private final long[] stateAfter;
    private final WorkerPlaces places;

    WorkerTable(TrainingState start, WorkerPlaces places) {
      this.places = places;
      states = new ArrayList<>(start.workers());
      stateAfter = new long[states.size()];
      for (int w = 0; w < stateAfter.length; w++) {
        // A state from a checkpoint or a bundle: no resident learner has it, so it is asked for and
        // sent.
        stateAfter[w] = states.get(w).isEmpty() ? RoundTask.BEGINNING : start.round();
      }
    }

    List<WorkerTurn> turns(EpochPlan plan, int roundInEpoch) {
      List<WorkerTurn> turns = new ArrayList<>();
      List<String> last = places.ofRound();
      for (int w = 0; w < stateAfter.length; w++) {
        if (plan.steps(roundInEpoch, w) > 0) {
          RoundTask task = new RoundTask(w, stateAfter[w], null);
          turns.add(new WorkerTurn(task, states.get(w), last.get(w)));
        }
      }
      return turns;
    }

    void update(List<WorkerKept> kept, long round) {
      for (WorkerKept worker : kept) {
        states.set(worker.worker(), worker.state());
        stateAfter[worker.worker()] = worker.state().isEmpty() ? RoundTask.NO_STATE : round;
        places.ran(worker.worker(), worker.place());
      }
    }

    List<WorkerState> states() {
      return List.copyOf(states);
    }
  }
}
