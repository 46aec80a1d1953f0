package dev.strata.driver.damage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.SelfChecksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Computes the checksums of changed files again, up to the file that signs itself, as somebody
 * would who writes such an artefact with other content. What is no JSON any more stays unsigned.
 */
final class Signing {
  private static final String MANIFEST = "manifest.json";
  private static final String PREPARED = "prepared.json";
  private static final String VERSION = "version.json";
  private static final String MODEL = "letters/";

  private Signing() {}

  static void bundle(Target target, Map<String, byte[]> changed) throws IOException {
    manifest(target, changed, "");
  }

  static void none(Target target, Map<String, byte[]> changed) {}

  static void checkpoint(Target target, Map<String, byte[]> changed) throws IOException {
    for (String file : List.copyOf(changed.keySet())) {
      manifest(target, changed, file.substring(0, file.lastIndexOf('/') + 1));
    }
  }

  /** Of a folder whose manifest lists files with their names. */
  private static void manifest(Target target, Map<String, byte[]> changed, String folder)
      throws IOException {
    String manifest = folder + MANIFEST;
    if (changed.keySet().stream().noneMatch(file -> file.startsWith(folder))) {
      return;
    }
    if (target.current(changed, manifest) == null) {
      return;
    }
    JsonNode tree = JsonMutations.MAPPER.readTree(target.current(changed, manifest));
    for (JsonNode file : tree.path("files")) {
      String name = folder + file.path("name").asText();
      byte[] now = changed.get(name);
      if (now != null && !name.equals(manifest) && file instanceof ObjectNode own) {
        own.put("bytes", now.length).put("sha256", Checksum.of(now));
        if (own.has("chunks")) {
          own.putArray("chunks").add(now.length);
        }
      }
    }
    changed.put(manifest, selfSigned(tree));
  }

  /** Nothing else than the text where the file does not sign itself. */
  private static byte[] selfSigned(JsonNode tree) throws IOException {
    if (tree instanceof ObjectNode own && own.has(SelfChecksum.FIELD)) {
      own.put(SelfChecksum.FIELD, SelfChecksum.BLANK);
      String text = new String(JsonMutations.pretty(own), StandardCharsets.UTF_8);
      return SelfChecksum.sign(text + "\n").getBytes(StandardCharsets.UTF_8);
    }
    return JsonMutations.pretty(tree);
  }

  static void shards(Target target, Map<String, byte[]> changed) throws IOException {
    if (target.current(changed, PREPARED) == null) {
      return;
    }
    JsonNode prepared = JsonMutations.MAPPER.readTree(target.current(changed, PREPARED));
    for (String part : List.of("train", "test", "validation")) {
      String manifest = part + "/" + MANIFEST;
      if (target.current(changed, manifest) == null) {
        continue;
      }
      boolean inside = changed.keySet().stream().anyMatch(file -> file.startsWith(part + "/"));
      if (inside) {
        JsonNode tree = JsonMutations.MAPPER.readTree(target.current(changed, manifest));
        for (JsonNode block : tree.path("blocks")) {
          for (JsonNode file : block.path("files")) {
            byte[] now = changed.get(part + "/" + file.path("path").asText());
            if (now != null && file instanceof ObjectNode own) {
              own.put("bytes", now.length).put("sha256", Checksum.of(now));
            }
          }
        }
        changed.put(manifest, selfSigned(tree));
        if (prepared.get("manifests") instanceof ObjectNode manifests && manifests.has(part)) {
          manifests.put(part, Checksum.of(changed.get(manifest)));
        }
      }
    }
    byte[] preprocessing = changed.get("preprocessing.json");
    if (preprocessing != null && prepared.has("preprocessing")) {
      ((ObjectNode) prepared).put("preprocessing", Checksum.of(preprocessing));
    }
    changed.put(PREPARED, selfSigned(prepared));
  }

  static void zoo(Target target, Map<String, byte[]> changed) throws IOException {
    for (String number : List.of("000001", "000002")) {
      String folder = MODEL + number + "/";
      boolean inside =
          changed.keySet().stream().anyMatch(file -> file.startsWith(folder + "model/"));
      if (inside) {
        manifest(target, changed, folder + "model/");
        JsonNode version = JsonMutations.MAPPER.readTree(target.current(changed, folder + VERSION));
        for (JsonNode file : version.path("files")) {
          byte[] now = target.current(changed, folder + "model/" + file.path("name").asText());
          if (now != null && file instanceof ObjectNode own) {
            own.put("bytes", now.length).put("sha256", Checksum.of(now));
          }
        }
        changed.put(folder + VERSION, JsonMutations.pretty(version));
      }
      byte[] version = changed.get(folder + VERSION);
      if (version != null) {
        String published = MODEL + "marks/" + number + ".published.";
        target.pristine.keySet().stream()
            .filter(file -> file.startsWith(published))
            .forEach(file -> changed.put(file, null));
        changed.put(published + Checksum.of(version), new byte[0]);
      }
    }
    for (String file : List.copyOf(changed.keySet())) {
      if (file.startsWith(MODEL + "aliases/") && changed.get(file) != null) {
        JsonNode mark = JsonMutations.MAPPER.readTree(changed.get(file));
        if (mark instanceof ObjectNode own) {
          changed.put(file, alias(own, file.substring(file.lastIndexOf('/') + 1)));
        }
      }
    }
  }

  private static byte[] alias(ObjectNode mark, String name) throws IOException {
    JsonNode version = mark.path("version");
    String content =
        String.join(
            " ",
            Stream.of(
                    name,
                    text(mark.path("by")),
                    text(mark.path("at")),
                    absent(version) ? "null" : String.valueOf(version.asInt()))
                .toList());
    mark.put("sha256", Checksum.of(content.getBytes(StandardCharsets.UTF_8)));
    return JsonMutations.MAPPER.writeValueAsBytes(mark);
  }

  private static String text(JsonNode node) {
    return absent(node) ? "null" : node.asText();
  }

  private static boolean absent(JsonNode node) {
    return node.isNull() || node.isMissingNode();
  }
}
