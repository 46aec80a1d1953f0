package dev.strata.driver.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.SelfChecksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Damages the files of a folder, one at a time, and opens it as a job does. Damage that nobody
 * signed must be refused by name, repaired, or change nothing; a file that was signed again may be
 * taken, or be refused as data. Nothing else may be thrown.
 *
 * <p>Cases of a file: {@code -Dstrata.mutations=N}, by default {@value #USUAL}; of a signed file
 * three times as many.
 */
public final class MutationCheck {
  private static final int USUAL = 20;
  private static final long MOST_NANOS = 5_000_000_000L;

  private final Path root;
  private final Opening opening;
  private final Set<Object> repaired;
  private final Object intact;
  private final Map<String, byte[]> pristine = new TreeMap<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();

  /** What a job does first with the folder. */
  @FunctionalInterface
  public interface Opening {
    /**
     * @param notices takes what the user is told
     * @return the content, by value
     */
    Object open(List<String> notices) throws Exception;
  }

  /** Signs a folder again after a file of it was changed. */
  @FunctionalInterface
  public interface Signing {
    /**
     * @param name of the changed file
     * @param write takes a file's name and its new content
     */
    void sign(String name, Writing write) throws IOException;
  }

  /** Writes a file of the folder. */
  @FunctionalInterface
  public interface Writing {
    void write(String name, String content) throws IOException;
  }

  /**
   * @param repaired contents that damage may lead to, such as that of the checkpoint before
   */
  public MutationCheck(Path root, Set<Object> repaired, Opening opening) throws Exception {
    this.root = root;
    this.opening = opening;
    this.repaired = repaired;
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.endsWith(".crc")) {
          pristine.put(name, Files.readAllBytes(file));
        }
      }
    }
    this.intact = opening.open(new ArrayList<>());
  }

  /** What has come of the cases so far: outcome → number. */
  public Map<String, Integer> outcomes() {
    return outcomes;
  }

  /** Names of the folder's files. */
  public Set<String> files() {
    return pristine.keySet();
  }

  /** Damages every file: bits, bytes, ranges, ends, fields. */
  public void unsigned(long seed) throws Exception {
    for (String name : pristine.keySet()) {
      Random random = new Random(seed + name.hashCode());
      for (Map.Entry<String, byte[]> one : some(name, random, cases()).entrySet()) {
        if (!Arrays.equals(one.getValue(), pristine.get(name))) {
          unsigned(name, name + " " + one.getKey(), one.getValue());
        }
      }
    }
  }

  /** One case: the file has this content. */
  public void unsigned(String name, String what, byte[] content) throws Exception {
    put(name, content);
    List<String> notices = new ArrayList<>();
    try {
      Object found = opening.open(notices);
      if (found.equals(intact)) {
        count("same");
      } else if (repaired.contains(found)) {
        count(notices.isEmpty() ? "repaired" : "repaired, told");
        if (!notices.isEmpty()) {
          assertThat(notices.toString()).as(what).contains(Path.of(name).getFileName().toString());
        }
      } else {
        fail("%s: taken as %s instead of %s", what, found, intact);
      }
    } catch (StrataException e) {
      assertThat(e.kind()).as("%s: %s", what, e).isEqualTo(FailureKind.DATA);
      assertThat(e.getMessage()).as(what).contains(Path.of(name).getFileName().toString());
      count("refused");
    } catch (Exception e) {
      throw new AssertionError(what, e);
    } finally {
      restore();
    }
  }

  /** Gives fields of a JSON file other values, and signs again. */
  public void signed(String name, long seed, Signing signing) throws Exception {
    JsonNode tree = Json.mapper().readTree(pristine.get(name));
    List<String> pointers = new ArrayList<>();
    collect(tree, "", pointers);
    List<String[]> all = new ArrayList<>();
    for (String pointer : pointers) {
      VALUES.forEach(value -> all.add(new String[] {pointer, value}));
      all.add(new String[] {pointer, null});
    }
    Collections.shuffle(all, new Random(seed + name.hashCode()));
    for (String[] one : all.subList(0, Math.min(all.size(), 3 * cases()))) {
      signed(name, one[0], one[1], signing);
    }
    for (String whole : List.of("null", "[]", "{}", "7", "\"x\"")) {
      signedText(name, "= " + whole, whole, signing);
    }
  }

  /**
   * One case.
   *
   * @param value JSON; null: the field is gone
   */
  public void signed(String name, String pointer, String value, Signing signing) throws Exception {
    JsonNode tree = Json.mapper().readTree(pristine.get(name));
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = tree.at(pointer.substring(0, slash));
    String key = pointer.substring(slash + 1);
    if (parent instanceof ObjectNode object) {
      if (value == null) {
        object.remove(key);
      } else {
        object.set(key, Json.mapper().readTree(value));
      }
    } else if (value == null) {
      ((ArrayNode) parent).remove(Integer.parseInt(key));
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(key), Json.mapper().readTree(value));
    }
    signedText(name, pointer + " = " + value, Json.pretty(tree) + "\n", signing);
  }

  private void signedText(String name, String change, String text, Signing signing)
      throws Exception {
    String what = name + change + ", signed";
    put(name, text.getBytes(StandardCharsets.UTF_8));
    try {
      signing.sign(name, (file, content) -> put(file, content.getBytes(StandardCharsets.UTF_8)));
    } catch (RuntimeException e) {
      // what was to be signed is no such file any more: as it is then
    }
    long begun = System.nanoTime();
    try {
      opening.open(new ArrayList<>());
      count("signed: taken");
    } catch (StrataException e) {
      assertThat(e.kind()).as("%s: %s", what, e).isEqualTo(FailureKind.DATA);
      assertThat(e.file()).as("%s: %s", what, e).isPresent();
      count("signed: refused");
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(what, e);
    } finally {
      restore();
    }
    assertThat(System.nanoTime() - begun).as(what).isLessThan(MOST_NANOS);
  }

  /** The text with a right checksum of its own in place of the one that it has. */
  public static String selfSigned(String text) throws IOException {
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(text);
    tree.put(SelfChecksum.FIELD, SelfChecksum.BLANK);
    return SelfChecksum.sign(Json.pretty(tree) + "\n");
  }

  private static int cases() {
    return Integer.getInteger("strata.mutations", USUAL);
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private void put(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    // Hadoop's own hidden checksum would find the damage before ours does.
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.deleteIfExists(file);
    if (content != null) {
      Files.write(file, content);
    }
  }

  private void restore() throws IOException {
    for (Map.Entry<String, byte[]> file : pristine.entrySet()) {
      Path path = root.resolve(file.getKey());
      if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
        put(file.getKey(), file.getValue());
      }
    }
  }

  // ------------------------------------------------------------------ damage

  private static final List<String> VALUES =
      List.of(
          "null",
          "-1",
          "0",
          "3",
          "2147483647",
          "-2147483648",
          "9223372036854775807",
          "1e308",
          "0.5",
          "\"NaN\"",
          "\"\"",
          "\"x\"",
          "\"../x\"",
          "\".\"",
          "\"a\\u0000b\"",
          "true",
          "[]",
          "[null]",
          "[-1]",
          "[65536,65536,65536,65536]",
          "{}",
          "{\"x\":null}");

  private static void collect(JsonNode node, String at, List<String> pointers) {
    if (!at.isEmpty()) {
      pointers.add(at);
    }
    if (node.isObject()) {
      node.fields().forEachRemaining(f -> collect(f.getValue(), at + "/" + f.getKey(), pointers));
    }
    for (int i = 0; node.isArray() && i < Math.min(2, node.size()); i++) {
      collect(node.get(i), at + "/" + i, pointers);
    }
  }

  private Map<String, byte[]> some(String name, Random random, int cases) throws IOException {
    byte[] whole = pristine.get(name);
    Map<String, byte[]> some = new LinkedHashMap<>();
    some.put("empty", new byte[0]);
    some.put("null", "null".getBytes(StandardCharsets.UTF_8));
    some.put("twice", join(whole, whole));
    for (int i = 0; i < cases && whole.length > 0; i++) {
      int at = random.nextInt(whole.length);
      byte[] other = whole.clone();
      switch (i % 4) {
        case 0 -> {
          int bit = random.nextInt(8);
          other[at] ^= (byte) (1 << bit);
          some.put("bit " + bit + " of byte " + at, other);
        }
        case 1 -> {
          other[at] = (byte) random.nextInt(256);
          some.put("byte " + at + " = " + other[at], other);
        }
        case 2 -> some.put("cut off at " + at, Arrays.copyOf(whole, at));
        default -> {
          int to = Math.min(whole.length, at + 1 + random.nextInt(16));
          some.put(
              "without " + at + " to " + to,
              join(Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, to, whole.length)));
        }
      }
    }
    if (name.endsWith(".json")) {
      fields(whole, random, cases, some);
    }
    return some;
  }

  /** Fields with another value, or gone. */
  private static void fields(byte[] whole, Random random, int cases, Map<String, byte[]> some)
      throws IOException {
    List<String> pointers = new ArrayList<>();
    collect(Json.mapper().readTree(whole), "", pointers);
    for (int i = 0; i < cases; i++) {
      JsonNode tree = Json.mapper().readTree(whole);
      String pointer = pointers.get(random.nextInt(pointers.size()));
      int slash = pointer.lastIndexOf('/');
      String key = pointer.substring(slash + 1);
      JsonNode parent = tree.at(pointer.substring(0, slash));
      String value = VALUES.get(random.nextInt(VALUES.size()));
      boolean gone = i % 3 == 0;
      if (parent instanceof ObjectNode object) {
        if (gone) {
          object.remove(key);
        } else {
          object.set(key, Json.mapper().readTree(value));
        }
      } else if (gone) {
        ((ArrayNode) parent).remove(Integer.parseInt(key));
      } else {
        ((ArrayNode) parent).set(Integer.parseInt(key), Json.mapper().readTree(value));
      }
      some.put(
          pointer + (gone ? " gone" : " = " + value),
          (Json.pretty(tree) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
