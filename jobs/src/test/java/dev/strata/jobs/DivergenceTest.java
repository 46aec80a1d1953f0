package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training that diverges, in its last update too, ends with code 4 and leaves no model. */
class DivergenceTest {
  private static final String ONE_ROUND = "averaging.every=1000";

  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void data() {
    bench = new Workbench(folder);
  }

  private void expectDiverged(CommandResult result, String... words) throws IOException {
    result.expect(4);
    assertThat(result.err()).contains("diverged in round").contains(words).doesNotContain("\tat ");
    assertThat(folder.resolve("out/failure.json")).content().contains("\"kind\" : \"diverged\"");
    assertThat(folder.resolve("out/model")).doesNotExist();
    assertThat(folder.resolve("out/result.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "sgd, 0",
    "sgd, 0.2",
    "nesterovs, 0",
    "adam, 0",
    "adam, 0.2",
    "adamax, 0",
    "nadam, 0",
    "amsgrad, 0",
    "rmsprop, 0.2",
    "adagrad, 0"
  })
  void theLastUpdateOfTheOnlyRound(String updater, double validation) throws IOException {
    CommandResult result =
        bench.run(
            "train",
            "out",
            "network.updater={type=" + updater + ",learning-rate=1.0e40}",
            "data.split={validation=" + validation + ",test=0}",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    expectDiverged(
        result, "round 1 of phase supervised", "layer ", ", ", "network.updater.learning-rate");
  }

  @Test
  void theLastGoodCheckpointIsNamedAndKept() throws IOException {
    CommandResult result =
        bench.run(
            "train",
            "out",
            "network.updater={type=sgd,learning-rate=0.01}",
            "network.schedule={type=map,values={\"0\"=0.01,\"5\"=1.0e40}}",
            "data.split={validation=0,test=0}",
            "training.epochs=1",
            "checkpoint.every-rounds=1",
            "averaging.every=2");
    expectDiverged(result, "round 3 of phase supervised", "Last good checkpoint");
    assertThat(folder.resolve("out/failure.json"))
        .content()
        .containsPattern("lastCheckpoint\" : \".*round-0*2-");
    CommandResult again =
        bench.run(
            "train",
            "out",
            "network.updater={type=sgd,learning-rate=0.01}",
            "network.schedule={type=map,values={\"0\"=0.01,\"5\"=1.0e40}}",
            "data.split={validation=0,test=0}",
            "training.epochs=1",
            "checkpoint.every-rounds=1",
            "averaging.every=2");
    assertThat(again.err() + again.out()).contains("Resuming after round 2");
    expectDiverged(again, "round 3");
  }

  @Test
  void anOptimizerStateThatOverflowsAlone() throws IOException {
    // Squares of gradients of 1e25 are infinite; a tiny rate leaves the parameters finite.
    CommandResult result =
        bench.run(
            "train",
            "out",
            "network.layers=[{type=output,loss=l2,activation=identity}]",
            "network.updater={type=adam,learning-rate=1.0e-6}",
            "data.scaling=none",
            "data.path=" + bench.write("far.csv", far()),
            "data.split={validation=0,test=0}",
            "training.epochs=1",
            "training.divergence-factor=0",
            ONE_ROUND);
    expectDiverged(result, "optimizer state");
  }

  private static String far() {
    return Workbench.rows(90).replaceAll("(?m)^(\\d+,[-0-9.]+)", "$1e12");
  }

  @Test
  void finiteParametersWhoseOutputIsNot() throws IOException {
    CommandResult result =
        bench.run(
            "train",
            "out",
            "network.layers=[{type=dense,units=4,activation=identity},{type=dense,units=4,activation=identity},{type=output}]",
            "network.updater={type=sgd,learning-rate=1.0e25}",
            "data.split={validation=0.2,test=0}",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    result.expect(4);
    assertThat(result.err()).doesNotContain("\tat ").doesNotContain("internal error");
    assertThat(folder.resolve("out/model")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"autoencoder", "rbm"})
  void pretrainedLayers(String kind) throws IOException {
    CommandResult result =
        bench.run(
            "pretrain",
            "out",
            "network.layers=[]",
            "data.scaling=min-max",
            "pretrain.layers=[{units=3,kind=" + kind + ",updater={type=sgd,learning-rate=1.0e40}}]",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    expectDiverged(result, "layer-1 (hidden-1)", "pretrain.layer");
  }

  @Test
  void theUnrolledStack() throws IOException {
    CommandResult result =
        bench.run(
            "pretrain",
            "out",
            "network.layers=[]",
            "data.scaling=min-max",
            "pretrain.layers=[{units=3},{units=2}]",
            "pretrain.unroll={epochs=1,updater={type=sgd,learning-rate=1.0e40}}",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    expectDiverged(result, "phase unroll", "pretrain.unroll.updater.learning-rate");
    assertThat(folder.resolve("out/failure.json")).content().contains("layers");
  }

  @Test
  void fineTuningAboveFrozenLayers() throws IOException {
    bench.run("train", "model").expect(0);
    CommandResult result =
        bench.run(
            "fine-tune",
            "out",
            "model=" + folder.resolve("model"),
            "network.layers=[{type=output}]",
            "fine-tune.freeze=hidden-1",
            "network.updater={type=sgd,learning-rate=1.0e40}",
            "data.split={validation=0.2,test=0}",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    expectDiverged(result, "layer output");
    assertThat(folder.resolve("model/model")).exists();
  }

  @Test
  void auxiliaryTasks() throws IOException {
    CommandResult result =
        bench.run(
            "pretrain-auxiliary",
            "out",
            "network.layers=[{type=dense,units=4,name=hidden-1}]",
            "network.updater={type=sgd,learning-rate=1.0e40}",
            "task={type=max-margin,corruption=[{type=replace-column}]}",
            "data.split={validation=0.2,test=0}",
            "training.epochs=1",
            "training.batch-size=64",
            ONE_ROUND);
    expectDiverged(result, "phase auxiliary");
  }

  /** Whatever the rate: done with a finite model, or diverged. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e8, 1e15, 1e19, 1e22, 1e30, 1e37})
  void nothingEndsWithCodeOne(double rate) throws IOException {
    for (String loss : new String[] {"cross-entropy", "mse", "cosine-proximity"}) {
      String output = "out-" + loss;
      CommandResult result =
          bench.run(
              "train",
              output,
              "network.layers=[{type=dense,units=4,activation=relu},{type=output,loss="
                  + loss
                  + "}]",
              "network.updater={type=sgd,learning-rate=" + rate + "}",
              "training.epochs=2",
              "training.divergence-factor=0");
      assertThat(result.code()).as(loss + result.err()).isIn(0, 4);
      try (Stream<Path> files = Files.list(folder.resolve(output))) {
        boolean model = files.anyMatch(f -> f.endsWith("model"));
        assertThat(model).isEqualTo(result.code() == 0);
      }
      if (result.code() == 0) {
        bench.run("evaluate", output + "-eval", "model=" + folder.resolve(output)).expect(0);
      }
    }
  }
}
