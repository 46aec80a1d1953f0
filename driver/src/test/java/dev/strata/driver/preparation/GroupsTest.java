package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ColumnSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class GroupsTest extends CsvFixture {
  private static final String[] PEOPLE = {"ann", "bob", "cleo", "dan", "eve", "fay", "gus", "hal"};

  @Test
  void eachRowHasTheNumberOfItsGroupInTheOrderOfTheNames() {
    PreparedData prepared = prepare(people(i -> PEOPLE[i % 8]));
    assertThat(prepared.manifests().get("train").array(ArrayRole.GROUP, 0)).isPresent();
    Map<Integer, Set<Float>> members = new TreeMap<>();
    for (PreparedRows.Stored row : rows(prepared, "train")) {
      members.computeIfAbsent(row.group(), g -> new TreeSet<>()).add(row.features().get(0));
    }
    assertThat(members).containsOnlyKeys(0, 1, 2, 3, 4, 5, 6, 7);
    members.forEach((group, x) -> assertThat(x).allMatch(value -> value % 8 == group).hasSize(5));
    assertThat(prepared.manifests().get("train").columns())
        .extracting(ColumnSpec::name)
        .containsExactly("x");
  }

  @Test
  void rowsOfAGroupStandSideBySideWhateverTheyHold() {
    // Half of the rows are equal to another one of their group.
    PreparedData prepared =
        prepare(
            data().from(csv("same", "x,who", 40, i -> i % 20 + "," + PEOPLE[i % 4])).group("who"));
    int changes = 0;
    int last = -1;
    for (PreparedRows.Stored row : rows(prepared, "train")) {
      changes += row.group() == last ? 0 : 1;
      last = row.group();
    }
    assertThat(changes).isEqualTo(4);
  }

  @Test
  void aSplitByGroupKeepsGroupsWhole() {
    PreparedData prepared =
        prepare(people(i -> PEOPLE[i % 8]).splitBy(SplitSettings.By.GROUP, "who", 0.25, 0.25));
    Set<Integer> seen = new HashSet<>();
    for (String part : List.of("train", "validation", "test")) {
      Map<Integer, Integer> sizes = new TreeMap<>();
      rows(prepared, part).forEach(row -> sizes.merge(row.group(), 1, Integer::sum));
      assertThat(sizes.values()).as(part).hasSizeGreaterThan(1).allMatch(n -> n == 5);
      assertThat(seen).doesNotContainAnyElementsOf(sizes.keySet());
      seen.addAll(sizes.keySet());
    }
    assertThat(seen).hasSize(8);
  }

  @Test
  void rowsWithoutGroupsAreWrittenAsBefore() {
    PreparedData plain = prepare(data().from(csv("plain", "x", 20, i -> "" + i)));
    assertThat(plain.manifests().get("train").count(ArrayRole.GROUP)).isZero();
    assertThat(Json.line(plain.preprocessing())).doesNotContain("group").doesNotContain("shape");
    assertThat(plain.preprocessing().formatVersion()).isEqualTo(Preprocessing.WITHOUT_RESIZE);
  }

  @Test
  void aGroupWithOneMemberIsRefusedByName() {
    StrataException failure = failure(people(i -> i == 7 ? "zoe" : PEOPLE[i % 4]));
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    assertThat(failure)
        .hasMessageContaining("data.group")
        .hasMessageContaining("one row of group zoe")
        .hasMessageContaining("at least two rows per group");
  }

  @Test
  void oneGroupAloneIsRefused() {
    assertThat(failure(people(i -> "ann")))
        .hasMessageContaining("there is only one group")
        .hasMessageContaining("group ann in all train rows");
  }

  @Test
  void aRandomSplitOfGroupsIsRefused() {
    StrataException failure = failure(people(i -> PEOPLE[i % 8]).splitRandomly(0.2, 0));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure)
        .hasMessageContaining("data.split.by")
        .hasMessageContaining("group, with data.split.column = who");
  }

  @Test
  void aRowWithoutAGroupIsRefused() {
    assertThat(failure(people(i -> i == 3 ? "" : "ann")))
        .hasMessageContaining("column who has a missing value")
        .hasMessageContaining("data.group");
  }

  @Test
  void settingsOfGroupsAloneHaveNoLabel() {
    DataSettings all = data().label("y").weight("w").group("who").build();
    assertThat(all.unlabelled().group()).isEmpty();
    assertThat(all.unlabelled().ignored()).containsExactly("y", "w", "who");
    assertThat(all.groupsOnly().group()).isEqualTo(Optional.of("who"));
    assertThat(all.groupsOnly().label()).isEmpty();
    assertThat(all.groupsOnly().ignored()).containsExactly("y", "w");
  }

  private TestDataSettings people(IntFunction<String> who) {
    return data().from(csv("people", "x,who", 40, i -> i + "," + who.apply(i))).group("who");
  }
}
