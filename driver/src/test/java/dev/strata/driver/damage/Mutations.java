package dev.strata.driver.damage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Draws changes: kinds of files alike, whatever their number. */
public final class Mutations {
  private final Random random;
  private final Predicate<String> files;
  private final ByteMutations bytes;
  private final JsonMutations json;
  private final ZipMutations zips;

  /**
   * @param files that are changed
   */
  public Mutations(Random random, Predicate<String> files) {
    this.random = random;
    this.files = files;
    this.bytes = new ByteMutations(random);
    this.json = new JsonMutations(random);
    this.zips = new ZipMutations(random, json, bytes);
  }

  /**
   * Null where what was drawn is impossible.
   *
   * @param pristine file → its bytes; a single one is a whole bundle in an archive
   */
  public Mutation any(Map<String, byte[]> pristine) throws IOException {
    Map<String, List<String>> kinds = new TreeMap<>();
    pristine.keySet().stream()
        .filter(files)
        .forEach(f -> kinds.computeIfAbsent(Target.fileKind(f), k -> new ArrayList<>()).add(f));
    List<String> names = new ArrayList<>(kinds.keySet());
    List<String> kin = kinds.get(names.get(random.nextInt(names.size())));
    String file = kin.get(random.nextInt(kin.size()));
    byte[] content = pristine.get(file);
    boolean isJson = file.endsWith(".json") || file.contains("aliases/");
    boolean isZip = file.endsWith(".zip");
    boolean isArray = file.endsWith(".npy");
    boolean archive = pristine.size() == 1;
    if (file.contains("marks/")) {
      return bytes.mark(pristine, file);
    }
    switch (random.nextInt(isJson || isZip || isArray ? 14 : 7)) {
      case 0:
        return bytes.flip(file, content, 1);
      case 1:
        return bytes.flip(file, content, 8);
      case 2:
        return bytes.overwrite(file, content);
      case 3:
        return bytes.truncate(file, content);
      case 4:
        return bytes.extend(file, content);
      case 5:
        return bytes.swap(pristine, file, kin);
      case 6:
        return random.nextInt(3) == 0 && !archive
            ? Mutation.of("deleted", file, file, null)
            : bytes.flip(file, content, 1);
      default:
        if (isJson) {
          return json.any(file, content);
        }
        return isZip ? zips.any(file, content, archive) : bytes.array(file, content);
    }
  }
}
