package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The group of commands {@code models}: its words and its options. */
class ModelsCommandTest {
  @Test
  void theGroupListsItsCommandsAndRefusesOthers() {
    assertThat(CommandResult.of("--help").expect(0).out()).contains("models");
    assertThat(CommandResult.of("models", "--help").expect(0).out()).contains("show");
    assertThat(CommandResult.of("models").expect(2).err()).contains("no command", "show");
    assertThat(CommandResult.of("models", "shwo").expect(2).err())
        .contains("unknown command: shwo", "did you mean show?");
    assertThat(CommandResult.of("models", "show", "--zo", "x").expect(2).err())
        .contains("did you mean --zoo?");
    assertThat(CommandResult.of("models", "show").expect(2).err())
        .startsWith("strata models show: ")
        .contains("key: model", "zoo:NAME");
  }
}
