package dev.strata.driver.damage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.damage.Judge.Outcome;
import dev.strata.driver.training.TrainingFiles;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages everything that Strata writes and opens it as jobs do. Unsigned changes are never
 * believed; signed ones, whose checksums are right again, never crash a job, and take at most 512
 * MiB and 5 s. The short form changes some of everything; {@code -Dstrata.damage.cases=N} makes N
 * changes in all, besides the directed ones, {@code -Dstrata.seed=N} others.
 */
@Seeded(20261128)
class DamageTest {
  private static final int SHORT = 440;
  private static final int CASES = Integer.getInteger("strata.damage.cases", SHORT);

  /** Interval between the directed changes that the short form makes. */
  private static final int ONE_IN = CASES > SHORT ? 1 : 4;

  private static final Map<String, Map<String, Integer>> TABLE = new TreeMap<>();

  @TempDir static Path folder;

  private final Artefacts artefacts = new Artefacts(folder);
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Map<String, String> examples = new TreeMap<>();
  private final Seed seed;
  private int cases;

  DamageTest(Seed seed) {
    this.seed = seed;
  }

  private static Target bundle(String name, Path root) throws Exception {
    return new Target(name, root, Openers::bundle, Signing::bundle);
  }

  @Test
  void bundleOfATable() throws Exception {
    Target target = bundle("table", artefacts.table());
    damage(target, DirectedMutations.bundle(target), 0.14);
  }

  @Test
  void bundleOfAGraph() throws Exception {
    damage(bundle("graph", artefacts.graph()), List.of(), 0.06);
  }

  @Test
  void bundleOfTexts() throws Exception {
    Target target = bundle("text", artefacts.text());
    damage(target, DirectedMutations.bundle(target), 0.08);
  }

  @Test
  void bundleOfImages() throws Exception {
    Target target = bundle("images", artefacts.images());
    damage(target, DirectedMutations.bundle(target), 0.08);
  }

  @Test
  void bundleOfAnEncoder() throws Exception {
    Target target = bundle("encoder", artefacts.encoder());
    damage(target, DirectedMutations.bundle(target), 0.14);
  }

  @Test
  void preparedRows() throws Exception {
    Target target = new Target("rows", artefacts.shards(), Openers::shards, Signing::shards);
    damage(target, DirectedMutations.shards(target), 0.16);
  }

  @Test
  void checkpoint() throws Exception {
    Path training = artefacts.training();
    Target target =
        new Target(
            "checkpoint",
            training.resolve("run/checkpoints"),
            Openers.checkpoints(TrainingFiles.resumed(training)),
            Signing::checkpoint);
    String newest =
        target.pristine.keySet().stream()
            .filter(file -> file.endsWith("/state.json"))
            .map(file -> file.substring(0, file.lastIndexOf('/') + 1))
            .max(String::compareTo)
            .orElseThrow();
    damage(
        target, DirectedMutations.checkpoint(target, newest), 0.1, file -> file.startsWith(newest));
  }

  @Test
  void finishedLayer() throws Exception {
    Target target = new Target("layer", artefacts.stackRun(), Openers::layer, Signing::checkpoint);
    String prefix = "layers/layer-1/";
    String checkpoint =
        target.pristine.keySet().stream()
            .filter(file -> file.startsWith(prefix) && file.endsWith("/state.json"))
            .map(file -> file.substring(0, file.lastIndexOf('/') + 1))
            .findFirst()
            .orElseThrow();
    damage(
        target,
        DirectedMutations.checkpoint(target, checkpoint),
        0.07,
        file -> file.startsWith(checkpoint));
  }

  @Test
  void zoo() throws Exception {
    Target target = new Target("zoo", artefacts.zoo(), Openers::zoo, Signing::zoo);
    damage(
        target,
        DirectedMutations.zoo(target),
        0.08,
        file -> ofSecondVersion(file) && !file.contains("stable"));
    Target verified = new Target("verify", target.root, Openers::verification, Signing::zoo);
    damage(verified, DirectedMutations.zoo(verified), 0.05, DamageTest::ofSecondVersion);
  }

  private static boolean ofSecondVersion(String file) {
    return !file.startsWith("letters/000001/") && !file.contains(".lease");
  }

  @Test
  void archive() throws Exception {
    Target target = new Target("archive", artefacts.archive(), Openers::archive, Signing::none);
    damage(target, List.of(), 0.04);
  }

  private void damage(Target target, List<Mutation> directed, double share) throws Exception {
    damage(target, directed, share, file -> true);
  }

  /**
   * @param share of all cases
   * @param files that are changed by chance
   */
  private void damage(Target target, List<Mutation> directed, double share, Predicate<String> files)
      throws Exception {
    Random random = new Random(31 * seed.value() + target.name.hashCode());
    for (String file : target.pristine.keySet()) {
      if (files.test(file) && isRead(file)) {
        oneBit(target, file, random);
      }
    }
    int offset = random.nextInt(ONE_IN);
    for (int i = offset; i < directed.size(); i += ONE_IN) {
      oneCase(target, directed.get(i), Variant.SIGNED);
      if (i / ONE_IN % 3 == 0) {
        oneCase(target, directed.get(i), Variant.UNSIGNED);
      }
    }
    Mutations mutations = new Mutations(random, files);
    long wanted = Math.round(share * CASES);
    Variant[] variants =
        target.name.equals("archive") ? new Variant[] {Variant.UNSIGNED} : Variant.values();
    for (int i = 0; i < wanted; ) {
      Mutation mutation = mutations.any(target.pristine);
      if (mutation != null && oneCase(target, mutation, variants[i % variants.length])) {
        i++;
      }
    }
    assertThat(target.isBaseline(target.opener.open(target.root))).as("whole again").isTrue();
    assertThat(examples).as(() -> summary(target)).isEmpty();
  }

  /** Marks say what they say by their names; of an alias's changes the newest is read. */
  private static boolean isRead(String file) {
    return !file.contains("marks/") && !file.endsWith("aliases/production.000001");
  }

  /** Of every file that is read, one bit that turned is told, and the file by its name. */
  private void oneBit(Target target, String file, Random random) throws Exception {
    byte[] bytes = target.pristine.get(file).clone();
    int at = random.nextInt(bytes.length);
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    Mutation mutation = Mutation.of("one bit", file + " at " + at, file, bytes);
    target.apply(mutation.changed(), false);
    Outcome outcome = Judge.of(target, mutation, false);
    target.restore(mutation.changed());
    boolean padding = file.endsWith(".zip") && target.pristine.size() == 1;
    boolean same = outcome.label().equals("the same");
    if (!same || !(padding || file.contains("aliases/"))) {
      String name = file.substring(file.lastIndexOf('/') + 1);
      assertThat(outcome.label()).as(mutation.detail()).startsWith("refused");
      assertThat(outcome.detail()).as(mutation.detail()).contains(name);
    }
  }

  /** How a change is made. */
  private enum Variant {
    /** Hadoop's own checksums stay as well. */
    CRC_KEPT,
    UNSIGNED,
    SIGNED
  }

  /** False where nothing changes. */
  private boolean oneCase(Target target, Mutation mutation, Variant variant) throws Exception {
    Map<String, byte[]> changed = target.effective(mutation.changed());
    if (changed.isEmpty() || neverWritten(changed)) {
      return false;
    }
    boolean signed = variant == Variant.SIGNED;
    if (signed) {
      signed = signed(target, changed);
    }
    target.apply(changed, variant == Variant.CRC_KEPT);
    Outcome outcome = Judge.of(target, mutation, signed);
    target.restore(changed);
    cases++;
    String row = target.name + (signed ? ", signed" : "");
    TABLE.computeIfAbsent(row, r -> new TreeMap<>()).merge(outcome.label(), 1, Integer::sum);
    if (outcome.fault()) {
      String key = row + ": " + outcome.label() + " at " + outcome.detail().split(":", 2)[0];
      faults.merge(key, 1, Integer::sum);
      examples.putIfAbsent(
          key, mutation.kind() + " " + mutation.detail() + " -> " + outcome.detail());
    }
    return true;
  }

  /** A change of an alias without content, or without file, is one that was never finished. */
  private static boolean neverWritten(Map<String, byte[]> changed) {
    return changed.entrySet().stream()
        .anyMatch(
            e ->
                e.getKey().contains("aliases/")
                    && (e.getValue() == null
                        || new String(e.getValue(), StandardCharsets.UTF_8).isBlank()));
  }

  private static boolean signed(Target target, Map<String, byte[]> changed) {
    try {
      target.signer.sign(target, changed);
      return true;
    } catch (Exception e) {
      // what was to be signed is no JSON any more
      return false;
    }
  }

  private String summary(Target target) {
    StringBuilder text = new StringBuilder();
    text.append(cases).append(" changes of ").append(target.name).append('\n');
    List<String> lines = new ArrayList<>();
    faults.forEach(
        (key, number) -> {
          String example = examples.get(key);
          lines.add(
              number
                  + " × "
                  + key
                  + "\n     e.g. "
                  + (example.length() > 600 ? example.substring(0, 600) + "…" : example));
        });
    return text + String.join("\n", lines);
  }

  @AfterAll
  static void table() {
    int all =
        TABLE.values().stream()
            .flatMap(row -> row.values().stream())
            .mapToInt(Integer::intValue)
            .sum();
    StringBuilder text = new StringBuilder(all + " damaged artefacts\n");
    TABLE.forEach(
        (row, outcomes) -> text.append(String.format(Locale.ROOT, "%-18s %s%n", row, outcomes)));
    System.out.println(text);
  }
}
