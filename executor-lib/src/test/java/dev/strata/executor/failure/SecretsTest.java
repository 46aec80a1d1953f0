package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.options.password",
        "data.options.sfPassword",
        "data.options.trustStorePwd",
        "data.options.private_key",
        "data.options.apiKey",
        "spark.authenticate.secret",
        "spark.hadoop.fs.s3a.access.key",
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.session.token",
        "spark.hadoop.fs.azure.account.key.example.blob.core.windows.net",
        "spark.hadoop.fs.azure.sas.container.example.blob.core.windows.net",
        "spark.hadoop.fs.gs.auth.service.account.private.key",
        "spark.ssl.keyStorePassword"
      })
  void keysOfCredentials(String key) {
    assertThat(Secrets.isSecret(key)).isTrue();
    assertThat(Secrets.value(key, "hunter2")).isEqualTo("(hidden)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.text.tokenizer",
        "data.options.header",
        "spark.hadoop.fs.s3a.endpoint",
        "training.keep",
        "data.sassafras"
      })
  void otherKeys(String key) {
    assertThat(Secrets.isSecret(key)).isFalse();
  }

  @Test
  void passwordsInAddresses() {
    assertThat(Secrets.value("data.options.url", "jdbc:postgresql://h/d?user=u&password=p&ssl=1"))
        .isEqualTo("jdbc:postgresql://h/d?user=u&password=(hidden)&ssl=1");
    assertThat(Secrets.value("data.options.url", "jdbc:sqlserver://h;user=u;password=p;x=1"))
        .isEqualTo("jdbc:sqlserver://h;user=u;password=(hidden);x=1");
    assertThat(Secrets.value("data.path", "s3a://ID:hunter2@bucket/rows"))
        .isEqualTo("s3a://ID:(hidden)@bucket/rows");
    assertThat(Secrets.value("data.path", "abfss://box@store.dfs.core.windows.net/a:b@c"))
        .isEqualTo("abfss://box@store.dfs.core.windows.net/a:b@c");
  }

  /** Two runs must not look the same because their conditions look like credentials. */
  @Test
  void conditionsAndPathsKeepTheirDifferences() {
    assertThat(Secrets.value("data.where", "token = 5")).isEqualTo("token = 5");
    assertThat(Secrets.value("data.path", "hdfs://h/rows/token=5/"))
        .isEqualTo("hdfs://h/rows/token=5/");
  }

  @Test
  void messages() {
    assertThat(
            Secrets.message(
                "cannot open jdbc:x://u:pass@h?password=abc as geheim9 {\"secret\": \"q r\"}, row"
                    + " 5",
                List.of("geheim9", "5")))
        .isEqualTo(
            "cannot open jdbc:x://u:(hidden)@h?password=(hidden) as (hidden) {\"secret\":"
                + " (hidden)}, row 5");
    assertThat(Secrets.message("found: a.password=\"hunter2; expected", List.of()))
        .isEqualTo("found: a.password=(hidden); expected");
    String plain = "unknown key data.token; did you mean data.text (key: data.token; found: x)";
    assertThat(Secrets.message(plain, List.of())).isEqualTo(plain);
  }

  @Test
  void nullStaysNull() {
    Map<String, String> one = new java.util.HashMap<>();
    one.put("a", null);
    assertThat(Secrets.values(one)).containsEntry("a", null);
  }

  /** As of a damaged file whose name of a class has a million letters. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "y",
        "token",
        "a.",
        "a=",
        "a=\"",
        "token=",
        "token='",
        "token=\"",
        "\"token\":",
        "y ",
        "a://",
        "a://b:",
        "a:b@",
        " ",
        ".sas",
        "password password=\"x\" "
      })
  void longMessagesTakeNoTime(String piece) {
    String text = piece.repeat(1_000_000 / piece.length());

    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> Secrets.message(text, List.of("geheim9")));
  }

  @Test
  void credentialsBehindOtherAssignments() {
    assertThat(Secrets.message("url=password=hunter2&x=1 .https://u:hunter2@h", List.of()))
        .isEqualTo("url=password=(hidden)&x=1 .https://u:(hidden)@h");
    assertThat(Secrets.message("0s3a://u:hunter2@h a.b = token = 'x y' -", List.of()))
        .isEqualTo("0s3a://u:(hidden)@h a.b = token = (hidden) -");
  }
}
