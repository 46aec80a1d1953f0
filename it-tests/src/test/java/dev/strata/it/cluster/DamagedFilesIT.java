package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are cut off or have a wrong bit between the kill of a driver and its next attempt. */
class DamagedFilesIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path folder;
  private static Path output;
  private static Path backup;
  private static long rounds;

  @BeforeAll
  static void aKilledRun() throws IOException {
    output = folder.resolve("out");
    Outputs outputs = Outputs.of(output);
    try (ChildProcess run = command().spark("--master", "local[2]").start()) {
      run.await("round 60", LIMIT, () -> newestRound(outputs) >= 60);
      run.kill();
    }
    assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
    rounds = newestRound(outputs);
    backup = folder.resolve("backup");
    copy(output, backup);
  }

  @Test
  void theCheckpointBeforeADamagedOneIsTakenAndTheRunSaysSo() throws IOException {
    int cases = 0;
    for (String file : List.of("parameters.bin", "state.json", "manifest.json")) {
      for (Damage damage : Damage.values()) {
        restore();
        Path damaged = checkpoints().get(checkpoints().size() - 1).resolve(file);
        damage.apply(damaged);

        String said = command().here(0);

        assertThat(said)
            .as("%s of %s", damage, file)
            .contains("Checkpoint of round " + rounds + " is damaged", file)
            .contains("Resuming from the checkpoint of round");
        assertSameBytes();
        assertThat(Outputs.of(output).result().resumedFromRound()).isBetween(1L, rounds - 1);
        cases++;
      }
    }
    ScenarioTable.add(
        "newest checkpoint cut off or bit-flipped before resume",
        cases + " damaged files, each named; resumed from the checkpoint before",
        true);
  }

  @Test
  void withoutAnIntactCheckpointTheRunStartsOverAndSaysSo() throws IOException {
    restore();
    // The kill may have come before the oldest was removed.
    List<Path> all = checkpoints();
    assertThat(all).hasSizeGreaterThanOrEqualTo(2);
    for (Path checkpoint : all) {
      Damage damage = checkpoint.equals(all.get(0)) ? Damage.CUT_OFF : Damage.BIT_FLIPPED;
      damage.apply(checkpoint.resolve("parameters.bin"));
    }

    assertThat(command().here(0)).contains("No intact checkpoint", "starting from the beginning");

    assertSameBytes();
    ScenarioTable.add("all checkpoints damaged", "said so and started over", true);
  }

  @Test
  void damagedShardsAreRefusedByName() throws IOException {
    int cases = 0;
    for (String file : List.of("train/manifest.json", "preprocessing.json", "prepared.json", "")) {
      for (Damage damage : Damage.values()) {
        restore();
        Path shards = output.resolve("shards");
        Path damaged = file.isEmpty() ? block(shards.resolve("train")) : shards.resolve(file);
        damage.apply(damaged);

        StrataCommand.Said said = command().here();

        assertThat(said.code()).as("%s of %s\n%s", damage, damaged, said.text()).isEqualTo(3);
        String name = output.relativize(damaged).toString();
        assertThat(said.text()).contains(name);
        assertThat(Files.readString(output.resolve("failure.json"))).contains(name);
        // The rounds before a damaged block may have left a newer one, and removed the oldest.
        assertThat(checkpoints()).as("kept").hasSizeGreaterThanOrEqualTo(2);
        cases++;
      }
    }
    ScenarioTable.add(
        "shards cut off or bit-flipped before resume", cases + " refused by name with code 3");
  }

  private static StrataCommand command() {
    return StrataCommand.train(folder, output.toString());
  }

  private static void assertSameBytes() {
    assertThat(Outputs.of(output).result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  private static long newestRound(Outputs outputs) {
    return outputs.checkpoints().stream()
        .mapToLong(path -> Long.parseLong(path.getName().split("-")[1]))
        .max()
        .orElse(0);
  }

  /** Committed ones, oldest first. */
  private static List<Path> checkpoints() {
    return Outputs.of(output).checkpoints().stream()
        .map(p -> Path.of(p.toUri().getPath()))
        .toList();
  }

  private static Path block(Path part) throws IOException {
    try (Stream<Path> files = Files.walk(part)) {
      return files.filter(f -> f.toString().endsWith(".npy")).sorted().findFirst().orElseThrow();
    }
  }

  private static void restore() throws IOException {
    delete(output);
    copy(backup, output);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What happens to a file. */
  private enum Damage {
    CUT_OFF {
      @Override
      byte[] of(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
      }
    },
    BIT_FLIPPED {
      @Override
      byte[] of(byte[] bytes) {
        bytes[bytes.length / 2] ^= 1;
        return bytes;
      }
    };

    abstract byte[] of(byte[] bytes);

    void apply(Path file) {
      try {
        Files.write(file, of(Files.readAllBytes(file)));
        // With its checksum file, Hadoop's local file system would see it before Strata does.
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
