package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.testing.TestDataSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest extends CsvFixture {
  @Test
  void atRandomEachPartAndBlockHasEachClassesShare() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,label", 500, i -> i + "," + (i % 5 == 0 ? "rare" : "common")))
                .label("label")
                .blocks(4)
                .splitRandomly(0.2, 0.1));
    assertClasses(data, "train", 280, 70);
    assertClasses(data, "validation", 80, 20);
    assertClasses(data, "test", 40, 10);
    for (int block = 0; block < 4; block++) {
      int index = block;
      List<PreparedRows.Stored> inBlock =
          rows(data, "train").stream().filter(r -> r.block() == index).toList();
      assertThat(inBlock).hasSizeBetween(87, 88);
      assertThat(inBlock.stream().filter(r -> r.label() == 1).count()).isBetween(16L, 19L);
    }
    Set<Float> all = new HashSet<>();
    for (String part : List.of("train", "validation", "test")) {
      rows(data, part).forEach(r -> assertThat(all.add(r.features().get(0))).isTrue());
    }
    assertThat(all).hasSize(500);
  }

  @Test
  void everyClassKeepsATrainingRow() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,label", 8, i -> i + "," + "abcdefgh".charAt(i)))
                .label("label")
                .splitRandomly(0.4, 0.4));
    assertThat(data.counts()).containsEntry("train", 8L);
  }

  @Test
  void byColumn() {
    PreparedData data =
        prepare(
            split(SplitSettings.By.COLUMN, "part", 0, 0)
                .from(
                    csv(
                        "t",
                        "x,part,label",
                        30,
                        i ->
                            i
                                + ","
                                + List.of("train", "test", "validation").get(i % 3)
                                + ","
                                + i % 2)));
    assertThat(values(data, "train")).containsExactlyInAnyOrderElementsOf(every(30, 3, 0));
    assertThat(values(data, "test")).containsExactlyInAnyOrderElementsOf(every(30, 3, 1));
    assertThat(values(data, "validation")).containsExactlyInAnyOrderElementsOf(every(30, 3, 2));
    assertThat(data.preprocessing().inputWidth()).isEqualTo(1);
  }

  @Test
  void byGroupKeepsGroupsTogether() {
    PreparedData data =
        prepare(
            split(SplitSettings.By.GROUP, "subject", 0.2, 0.3)
                .from(csv("t", "x,subject,label", 200, i -> i + ",s" + i / 10 + "," + i % 2)));
    Set<Integer> seen = new HashSet<>();
    for (String part : List.of("train", "validation", "test")) {
      Set<Integer> groups =
          values(data, part).stream().map(x -> (int) (x / 10)).collect(Collectors.toSet());
      groups.forEach(g -> assertThat(seen.add(g)).as("group %s in one part", g).isTrue());
    }
    assertThat(data.counts())
        .containsEntry("train", 100L)
        .containsEntry("validation", 40L)
        .containsEntry("test", 60L);
  }

  @Test
  void byTimeTakesTheLatestForTestAndKeepsEqualTimesTogether() {
    for (String kind : List.of("number", "date", "timestamp")) {
      PreparedData data =
          prepare(
              split(SplitSettings.By.TIME, "at", 0.25, 0.25)
                  .from(
                      csv(kind, "x,at,label", 40, i -> i + "," + time(kind, i / 4) + "," + i % 2)));
      assertThat(values(data, "train")).as(kind).allMatch(x -> x < 20).hasSize(20);
      assertThat(values(data, "validation")).as(kind).allMatch(x -> x >= 20 && x < 32);
      assertThat(values(data, "test")).as(kind).allMatch(x -> x >= 32).hasSize(8);
    }
  }

  @Test
  void aSourceOfItsOwnGoesBeforeAShare() {
    PreparedData data =
        prepare(
            data()
                .from(csv("a", "x,label", 40, i -> i + "," + i % 2))
                .validation(path(csv("b", "label,x", 10, i -> i % 2 + "," + (100 + i))))
                .label("label")
                .splitRandomly(0.5, 0.1));
    assertThat(values(data, "validation")).allMatch(x -> x >= 100).hasSize(10);
    assertThat(data.counts()).containsEntry("train", 36L).containsEntry("test", 4L);
  }

  @Test
  void labelsPerClassAndLimitAreCounted() {
    TestDataSettings settings =
        data()
            .from(csv("t", "x,label", 100, i -> i + "," + (i % 4 == 0 ? "b" : "a")))
            .label("label")
            .splitRandomly(0.2, 0);
    PreparedData sampled = prepare(settings.labelsPerClass(7));
    assertClasses(sampled, "train", 7, 7);
    assertThat(sampled.counts())
        .containsEntry("unsampled", 66L)
        .containsEntry("validation", 20L)
        .containsEntry("source", 100L);
    PreparedData limited = prepare(settings.labelsPerClass(0).limit(12));
    assertClasses(limited, "train", 9, 3);
    assertThat(limited.counts())
        .containsEntry("beyond-limit", 68L + 8L)
        .containsEntry("validation", 12L);
    assertThat(limited.manifests().get("train").counts())
        .containsEntry("used", 12L)
        .containsEntry("other-parts", 12L)
        .containsEntry("source", 100L);
  }

  @Test
  void equalRowsAreAllKeptAndSpreadOverTheBlocks() {
    PreparedData data =
        prepare(
            data()
                .from(
                    csv(
                        "xor",
                        "a,b,label",
                        400,
                        i -> i % 2 + "," + i / 2 % 2 + "," + (i + i / 2) % 2))
                .label("label")
                .blocks(4));
    assertThat(data.counts()).containsEntry("train", 400L);
    for (int block = 0; block < 4; block++) {
      int index = block;
      assertThat(
              rows(data, "train").stream()
                  .filter(r -> r.block() == index)
                  .collect(Collectors.groupingBy(r -> r.features(), Collectors.counting()))
                  .values())
          .hasSize(4)
          .allMatch(n -> n >= 10);
    }
  }

  @Test
  void fewerRowsThanBlocks() {
    PreparedData data =
        prepare(data().from(csv("t", "x,label", "1,a", "2,b", "3,a")).label("label"));
    assertThat(data.manifests().get("train").blocks()).hasSize(16);
    assertThat(rows(data, "train")).hasSize(3);
  }

  private static TestDataSettings split(
      SplitSettings.By by, String column, double validation, double test) {
    return data().label("label").splitBy(by, column, validation, test);
  }

  private static String time(String kind, int i) {
    return switch (kind) {
      case "number" -> Integer.toString(i - 5);
      case "date" -> "2024-01-%02d".formatted(i + 1);
      default -> "2024-01-01 %02d:30:00".formatted(i);
    };
  }

  private static List<Float> values(PreparedData data, String part) {
    return rows(data, part).stream().map(r -> r.features().get(0)).toList();
  }

  private static List<Float> every(int rows, int step, int first) {
    return IntStream.range(0, rows)
        .filter(i -> i % step == first)
        .mapToObj(i -> (float) i)
        .toList();
  }

  private static void assertClasses(PreparedData data, String part, int first, int second) {
    assertThat(rows(data, part).stream().filter(r -> r.label() == 0)).hasSize(first);
    assertThat(rows(data, part).stream().filter(r -> r.label() == 1)).hasSize(second);
  }
}
