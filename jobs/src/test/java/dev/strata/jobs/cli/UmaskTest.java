package dev.strata.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UmaskTest {
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void isThatOfTheProcess() throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "umask").start();
    String umask = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();

    assertThat(Umask.missing(new Configuration())).isPresent();
    assertThat(Integer.parseInt(Umask.missing(new Configuration()).orElseThrow(), 8))
        .isEqualTo(Integer.parseInt(umask, 8));
  }

  @Test
  void aConfiguredOneStays() {
    Configuration hadoop = new Configuration();
    hadoop.set(Umask.KEY, "027");
    assertThat(Umask.missing(hadoop)).isEmpty();
  }
}
