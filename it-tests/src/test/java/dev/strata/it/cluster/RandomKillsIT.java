package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Outputs;
import dev.strata.it.support.RandomKills;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trainings of all kinds on a cluster whose executors die every few seconds, from the first that
 * starts on, and whose driver dies twice: the models of runs that nothing disturbed.
 */
class RandomKillsIT {
  private static final int EXECUTORS = 20;
  private static final int DRIVERS = 2;

  /** The example's pretraining, each layer long enough for half of the kills. */
  private static final String LAYERS =
      "[{units = 16, corruption {type = masking, rate = 0.2}}, {units = 8, kind = rbm,"
          + " persistent = true, updater {type = momentum, learning-rate = 0.05}}]";

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;
  private static String pretrained;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    // Leaves the class archive, with which the many processes start sooner.
    ReferenceRun.modelSha256();
    cluster = StandaloneCluster.start(shared.resolve("cluster"), 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void train() {
    survives("train", output -> StrataCommand.train(folder, output).set("training.epochs", 15));
  }

  @Test
  void pretrain() {
    survives("pretrain", output -> pretrain(folder, output).set("training.epochs", 7));
  }

  @Test
  void pretrainAuxiliary() {
    survives(
        "pretrain-auxiliary, contrastive",
        output ->
            StrataCommand.pretrainAuxiliary(folder, output)
                .set("task.type", "contrastive")
                .set("task.bad-per-good", 1)
                .set("training.epochs", 13));
  }

  @Test
  void pretrainPairs() {
    survives(
        "pretrain-auxiliary, pairs",
        output -> StrataCommand.pretrainPairs(folder, output).set("training.epochs", 48));
  }

  @Test
  void fineTune() {
    String model = pretrained();
    survives(
        "fine-tune with a search",
        output -> StrataCommand.fineTune(folder, model, output).set("training.epochs", 14));
  }

  /**
   * The mean teacher keeps parameters of its own, beside those that a round averages. Virtual
   * adversarial training moves the network's inputs, so that it cannot freeze layers.
   */
  @ParameterizedTest
  @CsvSource({"mean-teacher, '[0, 1]'", "virtual-adversarial, [0]"})
  void fineTuneWithUnlabelledRows(String method, String frozen) {
    String model = pretrained();
    survives(
        "fine-tune with unlabelled rows, " + method,
        output ->
            StrataCommand.fineTune(folder, model, output)
                .set("fine-tune.search.freeze", frozen)
                .set("fine-tune.unlabelled.source.path", folder.resolve("flowers.csv"))
                .set("fine-tune.unlabelled.method", method)
                .set("fine-tune.unlabelled.passes", 1)
                .set("training.epochs", 16));
  }

  private static StrataCommand pretrain(Path folder, String output) {
    return StrataCommand.pretrain(folder, output).set("pretrain.layers", LAYERS);
  }

  /** Output folder of a short pretraining. */
  private static synchronized String pretrained() {
    if (pretrained == null) {
      Path output = shared.resolve("pretrained");
      pretrain(shared, output.toString()).set("training.epochs", 1).here(0);
      pretrained = output.toString();
    }
    return pretrained;
  }

  private void survives(String name, Function<String, StrataCommand> command) {
    Path quiet = folder.resolve("quiet");
    command.apply(quiet.toString()).here(0);
    Path killed = folder.resolve("killed");
    Outputs outputs = Outputs.of(killed);
    StrataCommand onCluster =
        command
            .apply(killed.toString())
            .spark("--master", cluster.url(), "--executor-memory", "1g")
            .spark("--conf", "spark.task.maxFailures=20")
            .spark("--conf", "spark.stage.maxConsecutiveAttempts=20");

    RandomKills kills = new RandomKills(cluster, outputs, name.hashCode(), EXECUTORS, DRIVERS);
    String said = kills.run(onCluster);

    assertThat(said).contains("Resuming after round");
    assertThat(outputs.result().resumedFromRound()).isPositive();
    assertThat(outputs.result().modelSha256()).isEqualTo(Outputs.of(quiet).result().modelSha256());
    assertThat(outputs.result().metrics()).isEqualTo(Outputs.of(quiet).result().metrics());
    ScenarioTable.add(
        "random kills: " + name,
        "%d executors and %d drivers killed in %d s; 0 lost, 0 different"
            .formatted(EXECUTORS, DRIVERS, kills.seconds()),
        true);
  }
}
