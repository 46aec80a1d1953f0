package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --data}: real rows through the network before its first step. */
class CheckNetworkTest {
  private static final int DEPTH = 12;

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  private static String deep(String activation, String init) {
    StringBuilder layers = new StringBuilder("network.layers=[");
    for (int i = 0; i < DEPTH; i++) {
      layers.append(
          "{ type = dense, units = 32, activation = %s, init = %s },".formatted(activation, init));
    }
    return layers + "{ type = output }]";
  }

  private CommandResult check(String output, String... settings) {
    List<String> all = new ArrayList<>(List.of("--data"));
    all.addAll(List.of(settings));
    return bench.run("check", output, all.toArray(String[]::new));
  }

  /** The last column of a layer's line. */
  private static double gradient(String out, String layer) {
    Matcher line = Pattern.compile("(?m)^ +" + layer + " .* (\\S+)$").matcher(out);
    assertThat(line.find()).as(out).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static double fall(String out) {
    return gradient(out, "dense-" + DEPTH) / gradient(out, "dense-1");
  }

  @Test
  void theGradientVanishesInADeepSigmoidNetworkAndNotWithRelu() throws IOException {
    String sigmoid = check("sigmoid", deep("sigmoid", "xavier")).expect(0).out();
    String relu = check("relu", deep("relu", "he-normal")).expect(0).out();
    assertThat(fall(sigmoid)).isGreaterThan(1e5);
    assertThat(fall(relu)).isBetween(0.05, 20.0);
    assertThat(sigmoid)
        .contains("Warning: The gradient vanishes: from dense-", "he-normal", "units are dead");
    assertThat(relu).doesNotContain("The gradient vanishes").contains("No problems found.");
    assertThat(Files.readString(folder.resolve("sigmoid/check.html")))
        .contains("The network before training", "The gradient vanishes", "Norm of the gradient");
    assertThat(folder.resolve("sigmoid")).isDirectoryNotContaining("glob:**check-rows");
  }

  /** The same folder then takes the training. */
  @Test
  void trainingFollowsInTheSameFolder() {
    assertThat(check("out").expect(0).out())
        .contains("Network before training:", "54 training rows", "hidden-1");
    bench.run("train", "out").expect(0);
  }

  @Test
  void inputsThatAreNotScaledAreNamed() {
    bench.write(
        "rows.csv", Workbench.rows(90).replaceAll("(?m)^(\\d+),(-?[\\d.]+),", "$1,9000$1,"));
    assertThat(check("out", "data.scaling=none").expect(0).out())
        .contains("Warning: The inputs are not scaled", "data.scaling", "the units are dead");
  }

  @Test
  void withoutANewNetworkItIsRefused() {
    assertThat(
            check("out", "data.label=null", "network.layers=[]", "pretrain.layers=[{ units = 3 }]")
                .expect(2)
                .err())
        .contains("check --data looks at a new network of train", "network.layers");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
