package dev.strata.driver.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.mutation.MutationCheck;
import dev.strata.executor.json.Json;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and hostile files of finished trials: such a trial is run again. */
class DamagedTrialTest {
  private static final String NONE = "none";
  private static final String FILE = "layers-2.json";

  @TempDir Path work;
  private TrialFolder folder;

  @BeforeEach
  void keep() {
    folder = new TrialFolder(new Configuration(), new org.apache.hadoop.fs.Path(work.toUri()));
    folder.keep(
        "cafe",
        new TrialResult(
            "layers-2",
            List.of(new TrialScore(1, 0.5, 0.25), new TrialScore(2, 0.25, 0.125)),
            false,
            1.5,
            2.5));
  }

  private Object content(List<String> notices) {
    folder.epochs("layers-2", epochs -> "cafe");
    return folder.find("layers-2", "cafe").map(Json::line).orElse(NONE);
  }

  @Test
  void unsignedDamageIsNotTaken() throws Exception {
    MutationCheck check = new MutationCheck(work, Set.of(NONE), this::content);
    check.unsigned(11);
    assertThat(check.files()).containsExactly(FILE);
    assertThat(check.outcomes().get("repaired")).isGreaterThan(25);
  }

  @Test
  void whatDoesNotFitIsNotTakenThoughSigned() throws Exception {
    MutationCheck check = new MutationCheck(work, Set.of(NONE), this::content);
    check.signed(
        FILE,
        11,
        (name, write) ->
            write.write(FILE, MutationCheck.selfSigned(Files.readString(work.resolve(FILE)))));
    for (String field : List.of("/trial", "/result", "/result/curve", "/result/name")) {
      check.signed(FILE, field, "null", (name, write) -> {});
    }
  }

  @Test
  void theFileOfVersionOneIsTaken() throws Exception {
    Path file = work.resolve(FILE);
    String text = Files.readString(file);
    Object now = content(List.of());
    String unsigned = text.replaceFirst(",\\s*\"selfSha256\" : \"[0-9a-f]{64}\"", "");
    assertThat(unsigned).isNotEqualTo(text);
    Files.writeString(file, unsigned);
    assertThat(content(List.of())).isEqualTo(NONE);
    Files.writeString(file, unsigned.replace("\"formatVersion\" : 2", "\"formatVersion\" : 1"));
    assertThat(content(List.of())).isEqualTo(now).isNotEqualTo(NONE);
  }
}
