package dev.strata.executor.optimizer;

import dev.strata.executor.failure.Names;
import dev.strata.executor.failure.NetworkProblems;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** Updaters by the names that users write, with settings checked. */
public final class Updaters {
  /** L-BFGS, which the driver computes from the gradient of all rows. */
  public static final String LBFGS = "l-bfgs";

  /**
   * Those of a network. Of {@link #LBFGS} the network has plain SGD, as no step of a minibatch can
   * be L-BFGS's.
   */
  public static final Names<Function<UpdaterSettings, IUpdater>> NAMES =
      new Names<Function<UpdaterSettings, IUpdater>>()
          .with("sgd", s -> new Sgd(s.learningRate()))
          .with("nesterovs", s -> new Nesterovs(s.learningRate(), s.momentum()))
          .with("adam", s -> new Adam(s.learningRate(), s.beta1(), s.beta2(), s.epsilon()))
          .with("adamax", s -> new AdaMax(s.learningRate(), s.beta1(), s.beta2(), s.epsilon()))
          .with("nadam", s -> new Nadam(s.learningRate(), s.beta1(), s.beta2(), s.epsilon()))
          .with("amsgrad", s -> new AMSGrad(s.learningRate(), s.beta1(), s.beta2(), s.epsilon()))
          .with("adagrad", s -> new AdaGrad(s.learningRate(), s.epsilon()))
          .with("adadelta", s -> new AdaDelta(s.decay(), s.epsilon()))
          .with("rmsprop", s -> new RmsProp(s.learningRate(), s.decay(), s.epsilon()))
          .with("none", s -> new NoOp())
          .with(LBFGS, s -> new Sgd(s.learningRate()));

  /** Those of minibatches, and the one that only learners of ours can have. */
  static final Names<Function<UpdaterSettings, IUpdater>> WITH_MOMENTUM = withMomentum();

  /** Without a learning rate; or, as DL4J's AdaGrad, losing its schedule whenever it is copied. */
  private static final Set<String> WITHOUT_SCHEDULE = Set.of("adadelta", "none", "adagrad", LBFGS);

  private Updaters() {}

  private static Names<Function<UpdaterSettings, IUpdater>> withMomentum() {
    Names<Function<UpdaterSettings, IUpdater>> names = new Names<>();
    NAMES
        .all()
        .forEach(
            (name, make) -> {
              if (!name.equals(LBFGS)) {
                names.with(name, make);
              }
            });
    return names.with("momentum", s -> new Momentum(s.learningRate(), s.momentum()));
  }

  /** Builds a network's updater under its schedule; empty where something is wrong with either. */
  public static Optional<IUpdater> build(
      UpdaterSettings settings, ScheduleSettings schedule, NetworkProblems problems) {
    return build("network", NAMES, settings, schedule, problems);
  }

  /**
   * Builds one of these updaters under its schedule; empty where something is wrong with either.
   *
   * @param section path of the section that holds {@code updater} and {@code schedule}
   */
  public static Optional<IUpdater> build(
      String section,
      Names<Function<UpdaterSettings, IUpdater>> names,
      UpdaterSettings settings,
      ScheduleSettings schedule,
      NetworkProblems problems) {
    int before = problems.list().size();
    var make = names.find(section + ".updater.type", settings.type(), problems);
    check(section + ".updater.", settings, problems);
    ISchedule rates = Schedules.build(section, schedule, settings.learningRate(), problems);
    if (WITHOUT_SCHEDULE.contains(settings.type()) && !schedule.type().equals("none")) {
      problems.add(
          section + ".schedule.type",
          schedule.type(),
          settings.type().equals(LBFGS)
              ? "none, because l-bfgs has no learning rate"
              : "none, because DL4J's updater " + settings.type() + " ignores schedules");
    }
    if (problems.list().size() != before) {
      return Optional.empty();
    }
    IUpdater updater = make.orElseThrow().apply(settings);
    if (rates != null) {
      updater.setLrAndSchedule(settings.learningRate(), rates);
    }
    return Optional.of(updater);
  }

  private static void check(String at, UpdaterSettings s, NetworkProblems problems) {
    problems.positive(at + "learning-rate", s.learningRate(), Double.POSITIVE_INFINITY);
    problems.range(at + "momentum", s.momentum(), 0, 1);
    problems.range(at + "beta1", s.beta1(), 0, 1);
    problems.range(at + "beta2", s.beta2(), 0, 1);
    problems.positive(at + "epsilon", s.epsilon(), Double.POSITIVE_INFINITY);
    problems.positive(at + "decay", s.decay(), 1);
    if (s.lbfgs().history() < 1) {
      problems.add(at + "history", s.lbfgs().history(), "at least 1");
    }
    problems.range(at + "tolerance", s.lbfgs().tolerance(), 0, Double.POSITIVE_INFINITY);
  }
}
