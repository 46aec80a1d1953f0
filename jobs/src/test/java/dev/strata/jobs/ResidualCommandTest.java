package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.layer.Residual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Residual blocks and stochastic depth through the commands. */
class ResidualCommandTest {
  private static final String BLOCKS =
      "{ type = dense, units = 6 },"
          + " { type = residual, layers = [{ type = dense, units = 5, dropout = 0.1 },"
          + " { type = batch-norm }, { type = dense, units = 6, activation = identity }] },"
          + " { type = residual, name = top, layers = [{ type = dense, units = 6 }] }";
  private static final String LAYERS = "network.layers=[" + BLOCKS + ", { type = output }]";
  private static final String[] STEP = {
    LAYERS, "network.survival=0.6", "checkpoint.every-rounds=1"
  };

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private CommandResult train(String output, int epochs) {
    String[] settings = Arrays.copyOf(STEP, STEP.length + 1);
    settings[STEP.length] = "training.epochs=" + epochs;
    return bench.run("train", output, settings).expect(0);
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow();
  }

  @Test
  void anInterruptedRunHasTheSameModelWhichEveryCommandTakes() throws IOException {
    train("whole", 2);
    train("cut", 1);
    Files.delete(folder.resolve("cut/result.json"));
    Files.deleteIfExists(folder.resolve("cut/.result.json.crc"));
    assertThat(train("cut", 2).err()).contains("Resuming after round");
    assertThat(result("cut").modelSha256()).isEqualTo(result("whole").modelSha256());
    MultiLayerNetwork read =
        MultiLayerNetwork.load(folder.resolve("whole/model/model.zip").toFile(), true);
    assertThat(read.getLayer(2).conf().getLayer())
        .isInstanceOfSatisfying(
            Residual.class, block -> assertThat(block.getSurvival()).isEqualTo(0.6));

    String model = "model=" + bench.path("whole");
    bench.run("evaluate", "evaluated", model, "evaluation.samples=3").expect(0);
    bench.run("extract", "features", model, "extract.layers=[residual-1, top]").expect(0);
    Path onnx = folder.resolve("whole.onnx");
    String whole = bench.path("whole");
    assertThat(
            CommandResult.of(
                    "models", "export", whole, "--format", "onnx", "--output", onnx.toString())
                .expect(0)
                .out())
        .contains("whole.onnx");
    assertThat(CommandResult.of("models", "show", whole).expect(0).out())
        .containsPattern("residual-1 +Residual +survival 0.8 +6 +91")
        .containsPattern(" {4}batch-norm-1 +BatchNormalization");
    String[] checked = {"--data", STEP[0], STEP[1]};
    assertThat(bench.run("check", "checked", checked).expect(0).out())
        .contains("residual-1", "top");

    String[] tuning = {model, "network.layers=[]", "fine-tune.freeze=residual-1"};
    bench.run("fine-tune", "tuned", tuning).expect(0);
    MultiLayerNetwork tuned =
        MultiLayerNetwork.load(folder.resolve("tuned/model/model.zip").toFile(), true);
    assertThat(tuned.getLayer(1).params()).isEqualTo(read.getLayer(1).params());
    assertThat(tuned.getLayer(2).params()).isNotEqualTo(read.getLayer(2).params());
  }

  @Test
  void auxiliaryTasksAndTuneTrainBlocks() {
    bench
        .run(
            "pretrain-auxiliary",
            "pretrained",
            "network.layers=[" + BLOCKS + "]",
            "task.type=contrastive",
            "task.corruption=[{ type = mask-column }]")
        .expect(0);
    bench
        .run(
            "fine-tune",
            "tuned",
            "model=" + bench.path("pretrained"),
            "network.layers=[{ type = residual, layers = [{ type = dense, units = 6 }] },"
                + " { type = output }]")
        .expect(0);
    CommandResult searched =
        bench.run(
            "tune",
            "searched",
            LAYERS,
            "training.epochs=2",
            "tune={ method = grid, space { network.survival = [0.5, 1.0], hidden.units = [3] } }");
    assertThat(searched.err()).doesNotContain("failed");
    searched.expect(0);
  }

  @Test
  void wrongBlocksAreRefused() {
    CommandResult refused =
        bench
            .run(
                "train",
                "bad",
                "network.layers=[{ type = dense, units = 6 },"
                    + " { type = residual, survival = 2, layers = [{ type = dense, units = 5 }] },"
                    + " { type = residual, layers = [{ type = dense, units = 5 }] },"
                    + " { type = residual, layers = [{ type = embedding, units = 6 }] },"
                    + " { type = residual, layer = [] }, { type = output }]")
            .expect(2);
    assertThat(refused.err())
        .contains("network.layers[1].survival", "network.layers[3].layers[0].type")
        .contains("network.layers[2].layers", "5 numbers", "6 numbers")
        .contains("network.layers[4].layer", "layers");
  }
}
