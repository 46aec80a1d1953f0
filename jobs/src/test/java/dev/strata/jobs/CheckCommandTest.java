package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir private Path folder;

  @Test
  void showsShapesMemoryAndRounds() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "a,b,y\n1,2,u\n3,4,v\n");
    CommandResult result =
        check(
            """
            data { path = "FOLDER/rows.csv", label = y }
            network {
              input = 2
              layers = [{ type = dense, units = 5, name = hidden }, { type = output, units = 2 }]
            }
            """);
    assertThat(result.err()).isEmpty();
    result.expect(0);
    assertThat(result.out())
        .contains("data.label = y", "rows.csv (18 bytes)", "hidden", "27", "No problems found.")
        .contains("spark.executor.memory=385m", "spark.executor.memoryOverhead=385m");
  }

  @Test
  void namesTheLayerThatTakesTheSlowerWay() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "a,b,y\n1,2,u\n3,4,v\n");
    String slow = "steps take DL4J's slower way: layer ";
    String maxout = "{ type = dense, units = 6 }, { type = maxout, pieces = 2, name = odd }";
    assertThat(checked(maxout).out()).contains(slow + "odd has ");
    CommandResult fast =
        checked(
            "{ type = dense, units = 5, drop-connect = 0.3, max-norm = 2 },"
                + " { type = alpha-dropout, rate = 0.1 },"
                + " { type = dense, units = 5, layer-norm = true },"
                + " { type = residual, layers = [{ type = batch-norm }, { type = prelu }] }");
    assertThat(fast.out()).contains("No problems found.").doesNotContain(slow);
  }

  private CommandResult checked(String layers) throws IOException {
    CommandResult result =
        check(
            """
            data { path = "FOLDER/rows.csv", label = y }
            network { input = 2, layers = [LAYERS, { type = output, units = 2 }] }
            training { label-smoothing = 0.1, mixup = 0.2 }
            network.clipping { type = l2-global, threshold = 0.5 }
            """
                .replace("LAYERS", layers));
    result.expect(0);
    return result;
  }

  @Test
  void everyProblemIsReportedAtOnce() throws IOException {
    CommandResult result =
        check(
            """
            data { path = "FOLDER/none.csv", lable = y }
            network { layers = [{ type = dense, units = -5 }, { type = output, units = 2 }] }
            training.workers = 0
            """);
    result.expect(2);
    assertThat(result.err())
        .contains(
            "5 problems",
            "did you mean data.label?",
            "key: data.label",
            "network.layers[0].units",
            "training.workers",
            "file not found (key: data.path");
  }

  @Test
  void aNetworkThatDoesNotFitItsInputIsRefused() throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "a,y\n1,u\n");
    CommandResult result =
        check(
            """
            data { path = "FOLDER/rows.csv", label = y, label-classes = [u, v, w] }
            network { input = 1, layers = [{ type = output, units = 2 }] }
            """);
    result.expect(2);
    assertThat(result.err()).contains("network.layers[0].units", "3 classes");
  }

  private CommandResult check(String text) throws IOException {
    Path file =
        Files.writeString(folder.resolve("c.conf"), text.replace("FOLDER", folder.toString()));
    return CommandResult.of("check", "--config", file.toString());
  }
}
