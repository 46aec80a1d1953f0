package dev.strata.driver.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** A zoo that the first version wrote stays one, whatever is written now. */
class FrozenZooTest {
  private static final String FIRST =
      "5b1814a86d251e982ea2b0f893501f4ac5ef91295722123e49c57ac20cf46f8d";
  private static final String SECOND =
      "ddd4d8d38427184ea78408fd49018d7dcce7c605b11738d48c92a1f47caf84ab";

  @Test
  void itsVersionsAliasesAndStoriesAreRead() throws URISyntaxException {
    Path folder = Path.of(FrozenZooTest.class.getResource("/frozen/v1/zoo").toURI());
    Zoo zoo = Zoo.at(new Configuration(), folder.toString());
    assertThat(zoo.models()).extracting(ZooModel::name).containsExactly("encoder");
    assertThat(zoo.model("encoder").numbers()).containsExactly(1, 2);
    assertThat(zoo.model("encoder").aliases()).containsOnlyKeys("production");

    ModelVersion found = zoo.find(ZooName.parse("zoo:encoder@production", "model"), "model");
    assertThat(found.version()).isEqualTo(2);
    assertThat(found.note()).isEqualTo("frozen 0.5");
    assertThat(found.modelSha256()).isEqualTo(SECOND);
    assertThat(found.parentSha256()).isEqualTo(FIRST);
    assertThat(found.metrics().get("test")).containsEntry("accuracy", 0.75);
    assertThat(zoo.withModel(FIRST)).extracting(ModelVersion::version).containsExactly(1);
    assertThat(zoo.open(found, "model").model().parameters().get(3)).isEqualTo(0.5f);

    List<Finding> findings = new ArrayList<>();
    new Verification(zoo, findings::add).all();
    assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.INTACT).hasSize(2);
  }
}
