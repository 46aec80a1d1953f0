package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.testing.AdultRows;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ElementType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public datasets from end to end. */
class RealDataTest {
  private Path folder;
  @TempDir Path temp;

  @BeforeEach
  void needsData() {
    String data = System.getenv("STRATA_DATA");
    assumeTrue(data != null, "STRATA_DATA is not set: public datasets are not tested");
    folder = Path.of(data);
    assumeTrue(Files.isDirectory(folder), "no folder " + folder);
  }

  @Test
  void sentencesBecomeWordsOfTheTrainingSentences() {
    TextRule rule =
        new TextRule(
            TextRule.Words.WHITESPACE,
            false,
            3,
            0,
            0,
            TextRule.TooLong.TRUNCATE,
            TextRule.Empty.ERROR);
    PreparedData prepared =
        prepare(
            data()
                .from(folder.resolve("sst2/train.tsv").toString())
                .test(path(folder.resolve("sst2/test.tsv").toString()))
                .format("csv")
                .option("header", "false")
                .option("sep", "\t")
                .option("quote", "")
                .columnNames("sentence", "label")
                .text("sentence", rule)
                .label("label")
                .build());
    assertThat(prepared.counts()).containsEntry("train", 6920L).containsEntry("test", 1821L);
    Vocabulary words = prepared.preprocessing().vocabulary();
    assertThat(words.distinct()).isEqualTo(13_838);
    assertThat(words.longest()).isEqualTo(51);
    assertThat(words.words()).hasSize(4942).startsWith("the", ",", "a", "and");
    assertThat(words.counts()).isSortedAccordingTo(Comparator.reverseOrder()).endsWith(3L);
    assertThat(words.coverage()).isBetween(0.91, 0.92);
    assertThat(prepared.manifests().get("test").inputWidth(0)).isEqualTo(51);
  }

  @Test
  void imagesStayBytesAndKeepTheirClassesInEveryBlock() {
    DataSettings settings =
        data()
            .from(idx("train"))
            .test(idx("t10k"))
            .splitRandomly(0.1, 0)
            .label("label")
            .divideBy(255)
            .build();
    PreparedData prepared = prepare(settings);
    assertThat(prepared.counts())
        .containsEntry("source", 70_000L)
        .containsEntry("train", 54_000L)
        .containsEntry("validation", 6_000L)
        .containsEntry("test", 10_000L);
    ArraySpec input = prepared.manifests().get("train").array(ArrayRole.INPUT, 0).orElseThrow();
    assertThat(input.type()).isEqualTo(ElementType.U8);
    assertThat(input.rowLength()).isEqualTo(784);
    assertThat(prepared.manifests().get("train").classes())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(prepared.manifests().get("train").blocks())
        .hasSize(16)
        .allSatisfy(b -> assertThat(b.rows()).isBetween(3374, 3376));
  }

  @Test
  void adultWithCategoriesAndMissingValues() {
    DataSettings settings =
        data()
            .from(path(folder.resolve("adult/adult.data").toString()))
            .test(path(folder.resolve("adult/adult.test").toString()))
            .format("csv")
            .option("header", "false")
            .option("comment", "|")
            .columnNames(AdultRows.COLUMNS.toArray(String[]::new))
            .missingValues("?")
            .categorical(
                "workclass",
                "education",
                "marital-status",
                "occupation",
                "relationship",
                "race",
                "sex",
                "native-country")
            .missing(
                new MissingPolicy(
                    MissingPolicy.Numeric.ERROR,
                    0,
                    MissingPolicy.Categorical.CATEGORY,
                    MissingPolicy.Label.ERROR))
            .label("income")
            .mapLabel(">50K.", ">50K")
            .mapLabel("<=50K.", "<=50K")
            .splitRandomly(0.1, 0)
            .scaling(Scaling.STANDARD)
            .build();
    PreparedData prepared = prepare(settings);
    assertThat(prepared.counts())
        .containsEntry("source", 32_561L + 16_281L)
        .containsEntry("train", 32_561L - 3_256L)
        .containsEntry("validation", 3_256L)
        .containsEntry("test", 16_281L);
    assertThat(prepared.manifests().get("train").classes()).containsExactly("<=50K", ">50K");
    assertThat(prepared.preprocessing().inputWidth())
        .isEqualTo(6 + 9 + 17 + 8 + 15 + 7 + 6 + 3 + 42);
  }

  private SourceSettings idx(String name) {
    Path images = folder.resolve("fashion-mnist/" + name + "-images-idx3-ubyte.gz");
    Path labels = folder.resolve("fashion-mnist/" + name + "-labels-idx1-ubyte.gz");
    return source(images.toString(), labels.toString(), null, null, null);
  }

  private PreparedData prepare(DataSettings settings) {
    return new DataPreparer(LocalSpark.session())
        .prepare(settings, temp.resolve("shards").toString(), 2, 42, Optional.empty());
  }
}
