package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.api.corruption.CorruptionContext;
import dev.strata.api.corruption.RowCorruption;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corruptions that users wrote, from the configuration to the tasks. */
class OwnCorruptionCommandTest {
  @TempDir private Path folder;
  private Workbench bench;

  /** Moves a row's first number out of the data's range; rows of the other half stay. */
  public static final class Outlier implements RowCorruption {
    private final float distance;

    public Outlier(CorruptionContext context) {
      if (context.columns().isEmpty()) {
        throw new IllegalArgumentException("no columns");
      }
      this.distance = Float.parseFloat(context.options().get("distance"));
    }

    @Override
    public boolean corrupt(float[] row, RandomGenerator random) {
      if (row[0] > row[1]) {
        return false;
      }
      row[0] += random.nextInt(2) == 0 ? distance : -distance;
      return true;
    }
  }

  @BeforeEach
  void setUp() {
    bench = new Workbench(folder);
  }

  @Test
  void aClassIsUsedByItsNameWithItsOptions() {
    CommandResult result =
        pretrain(
            "task.corruption=[{ class = \""
                + Outlier.class.getName()
                + "\", options { distance = 5 } }]");
    result.expect(0);
    assertThat(result.err()).containsPattern("nothing-to-corrupt [1-9]");
    // Rows that are so far off are told from the others with ease.
    assertThat(result.err() + result.out()).containsPattern("ranking-accuracy (0\\.9|1\\.0)");
  }

  @Test
  void aConstructorThatFailsIsNamedAndNothingIsTrained() {
    CommandResult result =
        pretrain("task.corruption=[{ class = \"" + Outlier.class.getName() + "\" }]");
    assertThat(result.err())
        .contains("task.corruption[0].class", Outlier.class.getName())
        .doesNotContain("\tat ");
    result.expect(2);
  }

  /** Fails at the first row. */
  public static final class Failing implements RowCorruption {
    @Override
    public boolean corrupt(float[] row, RandomGenerator random) {
      throw new IllegalStateException("not today");
    }
  }

  @Test
  void aClassThatFailsInATaskIsNamedAndNotTakenForAFaultOfStrata() {
    CommandResult result =
        pretrain("task.corruption=[{ class = \"" + Failing.class.getName() + "\" }]");
    assertThat(result.err())
        .contains("task.corruption[0].class", Failing.class.getName(), "not today")
        .doesNotContain("internal error", "\tat ");
    result.expect(2);
  }

  @Test
  void rowsThatAreNoImagesOfTheShapeAreNamed() {
    CommandResult result =
        pretrain("task.corruption=[{ type = noise, deviation = 1 }]", "task.image-shape=[3, 3]");
    assertThat(result.err()).contains("task.image-shape", "3 × 3", "2 elements");
    result.expect(2);
  }

  private CommandResult pretrain(String corruption, String... more) {
    String[] settings = new String[more.length + 4];
    settings[0] = "network.layers=[{ type = dense, units = 8, activation = tanh }]";
    settings[1] = "task.type=max-margin";
    settings[2] = corruption;
    settings[3] = "training.epochs=8";
    System.arraycopy(more, 0, settings, 4, more.length);
    return bench.run("pretrain-auxiliary", "out", settings);
  }
}
