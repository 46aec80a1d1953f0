package dev.strata.driver.finetune;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.UnlabelledRows;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import dev.strata.executor.unlabelled.UnlabelledSpec;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.List;

/**
 * The unlabelled rows of a fine-tuning and what is learned from them.
 *
 * <p>Where no corruption is configured, methods that train on copies have the dropout of the
 * trained layers, if they have any; else the columns of a table are resampled, and images are
 * augmented, as in contrastive pretraining.
 *
 * @param rows as the whole network takes them
 * @param count their number, at least 1
 * @param facts of the rows, for corruptions
 * @param seed of the run
 */
public record UnlabelledPlan(
    UnlabelledSettings settings, ShardSet rows, long count, RowFacts facts, long seed) {
  static final String AT = "fine-tune.unlabelled.";
  private static final String CORRUPTION = AT + "corruption";

  /**
   * @param data how the rows were prepared
   * @throws StrataException (configuration) where they are no images of the given shape
   */
  public static UnlabelledPlan of(
      UnlabelledSettings settings, ShardSet rows, long count, Preprocessing data, long seed) {
    RowFacts facts = RowFacts.of(data);
    return new UnlabelledPlan(
        settings,
        rows,
        count,
        settings.imageShape().map(shape -> facts.seenAs(shape, AT + "image-shape")).orElse(facts),
        seed);
  }

  /** The same rows, learned from in another way. */
  public UnlabelledPlan with(UnlabelledSettings others) {
    return new UnlabelledPlan(others, rows, count, facts, seed);
  }

  /**
   * What a part of the training learns; the rows are those of the whole network.
   *
   * @param labelled number of labelled rows that are trained on, at least 1
   * @throws StrataException (configuration) where the network or the rows do not allow it
   */
  UnlabelledTraining training(FineTunePhase phase, long labelled) {
    require(settings, phase.network(), phase.frozen(), facts.texts());
    return new UnlabelledTraining(
        settings.loss(),
        corruption(phase.trained()),
        new UnlabelledRows(rows, settings.ratio(), passes(labelled)),
        Seeds.rows(seed, "unlabelled"));
  }

  /** Passes through the labelled rows in an epoch. */
  public int passes(long labelled) {
    return settings.passes().orElse(UnlabelledRows.passes(count, labelled, settings.ratio()));
  }

  /** Null where copies are not corrupted. */
  private CorruptionPlan corruption(NetworkConfiguration trained) {
    boolean none = settings.corruption().isEmpty();
    if (!settings.method().corrupts() || (none && hasDropout(trained))) {
      return null;
    }
    CorruptionPlan plan =
        new CorruptionPlan(CORRUPTION, none ? usual() : settings.corruption(), facts);
    plan.augmentation();
    return plan;
  }

  private List<CorruptionSpec> usual() {
    return facts.image() == null
        ? TaskType.CONTRASTIVE.corruption()
        : TaskType.CONTRASTIVE.imageAugmentation();
  }

  /** Whether a mean of the parameters is kept beside the optimizer's state. */
  boolean keepsMean() {
    return settings.method() == Method.MEAN_TEACHER;
  }

  /** Checksum and settings: all that results depend on besides the labelled rows. */
  List<String> origins(UnlabelledTraining training) {
    return List.of(
        rows.manifestSha256(),
        training.loss().toString(),
        training.rows().ratio() + " " + training.rows().passes(),
        training.corruption() == null ? "" : training.corruption().steps().toString());
  }

  /** As below, of each phase. */
  public static void require(UnlabelledSettings settings, FineTunePlan plan, boolean texts) {
    plan.phases().forEach(phase -> require(settings, phase.network(), phase.frozen(), texts));
  }

  /**
   * What can be told before rows are read.
   *
   * @param network the whole of it
   * @param frozen number of its lowest layers that are not trained
   * @param texts whether rows are texts
   * @throws StrataException (configuration) where the method does not suit them
   */
  static void require(
      UnlabelledSettings settings, NetworkConfiguration network, int frozen, boolean texts) {
    UnlabelledSpec.requireClassifier(network);
    NetworkProblems problems = new NetworkProblems();
    Method method = settings.method();
    boolean corrupts = !settings.corruption().isEmpty();
    if (frozen > 0 && method == Method.VIRTUAL_ADVERSARIAL) {
      problems.add(
          "fine-tune.freeze",
          frozen,
          "0, because virtual-adversarial changes the network's inputs, and the output of frozen"
              + " layers is computed once; or another fine-tune.unlabelled.method");
    } else if (frozen > 0 && corrupts) {
      problems.add(
          CORRUPTION,
          settings.corruption().size() + " corruptions",
          "[], because the output of the " + frozen + " frozen layers is computed once");
    } else if (frozen > 0
        && method.corrupts()
        && !hasDropout(NetworkCut.above(network, frozen).upper())) {
      problems.add(
          "fine-tune.dropout.hidden",
          0.0,
          "dropout of the trained layers, because "
              + method.text()
              + " needs it where layers are frozen");
    }
    if (texts && method == Method.VIRTUAL_ADVERSARIAL) {
      problems.add(
          AT + "method",
          method.text(),
          "another method, because the numbers of words have no gradient");
    } else if (texts && method.corrupts() && !corrupts && !hasDropout(network)) {
      problems.add(
          CORRUPTION, "[]", "a list such as [{ type = drop-word }], or dropout in the network");
    }
    problems.raise();
  }

  private static boolean hasDropout(NetworkConfiguration network) {
    return network.multiLayer().getConfs().stream()
        .anyMatch(layer -> layer.getLayer().getIDropout() != null);
  }
}
