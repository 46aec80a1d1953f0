package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.preprocess.Marginal;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How often training rows have which value. */
class MarginalsTest extends CsvFixture {
  @Test
  void countsEveryValueOfTrainingRowsAsItIsEncoded() {
    PreparedData data = counted(table().scaling(Scaling.STANDARD).splitRandomly(0.2, 0.2));
    Map<Float, Long> expected =
        rows(data, "train").stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.features().get(2), TreeMap::new, Collectors.counting()));
    List<Marginal> marginals = data.preprocessing().marginals();
    assertThat(marginals).extracting(Marginal::element).containsExactly(0, 1, 2);
    assertThat(marginals.get(2).values()).containsExactlyElementsOf(expected.keySet()).hasSize(6);
    assertThat(marginals.get(2).counts()).containsExactlyElementsOf(expected.values());
    assertThat(marginals.get(1).values()).hasSize(1);
  }

  @Test
  void ofTooManyValuesThoseOfASampleOfRowsAreKept() {
    PreparedData data = counted(table().splitRandomly(0.2, 0.2));
    Marginal distinct = data.preprocessing().marginals().get(0);
    assertThat(distinct.counts()).hasSize(1000).containsOnly(1L);
    assertThat(distinct.values()).isSorted();
    List<Float> training = rows(data, "train").stream().map(r -> r.features().get(0)).toList();
    assertThat(training).hasSize(1800).containsAll(distinct.values());
    assertThat(distinct.values().stream().mapToDouble(v -> v).average().orElseThrow())
        .isBetween(1400.0, 1600.0);
  }

  @Test
  void partitionsOfTheSourceDoNotMatter() throws Exception {
    PreparedData whole = counted(table());
    Path folder = Files.createDirectories(temp.resolve("parts"));
    List<String> lines = Files.readAllLines(temp.resolve("table.csv"));
    for (int part = 0; part < 3; part++) {
      List<String> own = new ArrayList<>(List.of(lines.get(0)));
      own.addAll(lines.subList(1 + part * 1000, 1 + (part + 1) * 1000));
      Files.write(folder.resolve(part + ".csv"), own);
    }
    PreparedData parts =
        new DataPreparer(LocalSpark.session())
            .prepare(
                data().from(folder.toString()).categorical("colour").build().withMarginals(),
                temp.resolve("other").toString(),
                2,
                42,
                Optional.empty());
    assertThat(parts.preprocessing()).isEqualTo(whole.preprocessing());
  }

  @Test
  void nothingIsCountedOrWrittenUnlessAskedFor() throws Exception {
    TestDataSettings table = table();
    PreparedData plain = prepare(table);
    assertThat(plain.preprocessing().marginals()).isEmpty();
    assertThat(Files.readString(Path.of(shards(), "preprocessing.json")))
        .doesNotContain("marginals");
    PreparedData counted = counted(table);
    assertThat(counted.preprocessing().marginals()).hasSize(3);
    assertThat(counted.reused()).isFalse();
    PreparedData again = counted(table);
    assertThat(again.reused()).isTrue();
    assertThat(again.preprocessing()).isEqualTo(counted.preprocessing());
  }

  @Test
  void missingNumbersCountAsWhatStandsInForThem() {
    PreparedData data =
        counted(
            data()
                .from(csv("gaps", "x", "1", "1", "NA", "3"))
                .missingValues("NA")
                .missing(
                    new MissingPolicy(
                        MissingPolicy.Numeric.CONSTANT,
                        7,
                        MissingPolicy.Categorical.ERROR,
                        MissingPolicy.Label.ERROR)));
    assertThat(data.preprocessing().marginals())
        .containsExactly(new Marginal(0, List.of(1f, 3f, 7f), List.of(2L, 1L, 1L)));
  }

  /** Numbers that are all different, that are all the same, with six values; and a category. */
  private TestDataSettings table() {
    return data()
        .from(
            csv(
                "table",
                "number,same,six,colour",
                3000,
                i -> i + ",5," + i * i % 11 * 0.1 + "," + (i % 3 == 0 ? "red" : "blue")))
        .categorical("colour");
  }

  private PreparedData counted(TestDataSettings settings) {
    return new DataPreparer(LocalSpark.session())
        .prepare(settings.build().withMarginals(), shards(), 2, 42, Optional.empty());
  }
}
