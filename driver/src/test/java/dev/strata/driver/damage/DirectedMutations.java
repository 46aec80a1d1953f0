package dev.strata.driver.damage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes that chance would rarely draw: each field that a reader relies on. */
final class DirectedMutations {
  private static final String CONFIGURATION = "configuration.json";
  private static final String ZIP = "model.zip";

  private final Target target;
  private final List<Mutation> list = new ArrayList<>();

  private DirectedMutations(Target target) {
    this.target = target;
  }

  static List<Mutation> bundle(Target target) throws IOException {
    return new DirectedMutations(target).bundle();
  }

  private List<Mutation> bundle() throws IOException {
    for (String file : List.copyOf(target.pristine.keySet())) {
      if (file.endsWith(".json")) {
        text(file, "null");
        text(file, "{}");
      }
    }
    String manifest = new String(target.pristine.get("manifest.json"), StandardCharsets.UTF_8);
    text("manifest.json", manifest + "{garbage");
    json("manifest.json", "/files/0/name", "null", "\"../x\"", "\"\"", "7");
    json("manifest.json", "/files/0", "null");
    json("manifest.json", "/files", "null", "[]", "[null]");
    json("manifest.json", "/files/0/bytes", "-1", "9223372036854775807", "null");
    json("manifest.json", "/files/0/sha256", "null");
    json("manifest.json", "/formatVersion", "-1", "99", "null", "1");
    preprocessing("preprocessing.json");
    decoder();
    network();
    json("provenance.json", "/job", "null");
    json("provenance.json", "/workers", "-1");
    json("provenance.json", "/metrics", "null", "{\"test\":null}", "{\"test\":{\"a\":null}}");
    json("provenance.json", "/configuration", "null", "{\"a\":null}");
    json("provenance.json", "/layers/0", "null");
    json("provenance.json", "/layers/0/units", "-1");
    return list;
  }

  private void preprocessing(String file) throws IOException {
    json(file, "/layout", "null");
    json(file, "/layout/features", "null", "[]", "[null]");
    json(file, "/layout/features/0/width", "-1", "0", "2", "2147483647");
    json(file, "/layout/features/0/kind", "null", "\"CATEGORICAL\"", "\"TEXT\"", "\"IMAGE\"");
    json(file, "/layout/features/0/shape", "[14,56]", "[-1,-1]", "[65536,65536]", "[null]");
    json(file, "/layout/labelKind", "null", "\"VALUE\"");
    json(file, "/layout/labelWidth", "-1", "5");
    json(file, "/layout/missing", "null");
    json(file, "/statistics", "[]");
    json(file, "/statistics/0/mean", "[]", "null", "[\"NaN\"]");
    json(file, "/statistics/0/deviation", "[\"Infinity\"]", "[-1]");
    json(file, "/statistics/0", "null");
    json(file, "/scaling", "null", "\"STANDARD\"", "\"MIN_MAX\"");
    json(file, "/divideBy", "0", "\"NaN\"");
    json(file, "/classes", "[]", "[null]", "[\"a\"]", "[\"a\",\"a\",\"b\"]");
    json(file, "/classWeights", "[1]", "[null]", "[-1,1,1]");
    json(file, "/vocabulary", "null");
    json(file, "/vocabulary/words", "[]", "[null]", "[\"one\",\"one\"]");
    json(file, "/formatVersion", "99", "-1");
  }

  private void decoder() throws IOException {
    String file = "decoder.json";
    json(file, "/layers/0/inputs", "-500", "0", "3", "2147483647");
    json(file, "/layers/0/units", "-1", "0", "501");
    json(file, "/layers/1/units", "7", "2147483647");
    json(file, "/layers/0/activation", "null", "\"nothing\"");
    json(file, "/layers/0/weights", "null", "\"decoder-2-weights.npy\"", "\"../x\"");
    json(file, "/layers/0", "null");
    json(file, "/layers", "[]", "null");
  }

  private void network() throws IOException {
    network("/confs/0/layer/nout", "-1", "0", "501", "2147483647", "1000000");
    network("/confs/1/layer/nin", "-1", "0", "501");
    network("/confs", "[]", "null");
    network("/confs/0", "null");
    network("/confs/0/layer", "null");
    network("/confs/0/layer/activationFn", "null");
    network("/confs/0/layer/weightInitFn", "null");
    network("/confs/0/layer/iupdater", "null");
    network("/confs/0/dataType", "\"DOUBLE\"", "\"HALF\"", "\"INT\"");
    network("/dataType", "\"DOUBLE\"", "\"HALF\"", "\"INT\"");
    network("/confs/0/iterationCount", "-1", "2147483647");
    network("/iterationCount", "-1", "2147483647", "3000000000");
    network("/epochCount", "-1");
    network(
        "/confs/0/layer/@class",
        "\"java.lang.Runtime\"",
        "\"org.deeplearning4j.nn.conf.layers.LSTM\"",
        "\"org.deeplearning4j.nn.conf.layers.ActivationLayer\"");
    for (int units : new int[] {100_000, 300_000}) {
      wide(units);
    }
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      var entries = new ArrayList<>(ZipMutations.entries(target.pristine.get(ZIP)));
      for (int at = 1; at < entries.size(); at++) {
        byte[] now = entries.get(at).getValue().clone();
        ByteBuffer.wrap(now).putFloat(now.length - 4, bad);
        var changed = new ArrayList<>(entries);
        changed.set(at, Map.entry(entries.get(at).getKey(), now));
        add(ZIP, entries.get(at).getKey() + " ends with " + bad, ZipMutations.pack(changed));
      }
    }
    byte[] name = target.pristine.get(ZIP).clone();
    name[30] = (byte) 0xC0;
    add(ZIP, "name of an entry that is not UTF-8", name);
  }

  /** A hidden layer that the short file does not hold, the one above it fitting. */
  private void wide(int units) throws IOException {
    byte[] json = configuration();
    json = JsonMutations.with(json, "/confs/0/layer/nout", "" + units);
    json = json == null ? null : JsonMutations.with(json, "/confs/1/layer/nin", "" + units);
    if (json != null) {
      add(ZIP, "hidden layer of " + units + " units", withConfiguration(json));
    }
  }

  private void network(String pointer, String... values) throws IOException {
    for (String value : values) {
      byte[] now = JsonMutations.with(configuration(), pointer, value);
      if (now != null) {
        add(ZIP, CONFIGURATION + pointer + " = " + value, withConfiguration(now));
      }
    }
  }

  private byte[] configuration() throws IOException {
    return ZipMutations.entries(target.pristine.get(ZIP)).get(0).getValue();
  }

  private byte[] withConfiguration(byte[] json) throws IOException {
    var entries = new ArrayList<>(ZipMutations.entries(target.pristine.get(ZIP)));
    entries.set(0, Map.entry(CONFIGURATION, json));
    return ZipMutations.pack(entries);
  }

  static List<Mutation> shards(Target target) throws IOException {
    DirectedMutations of = new DirectedMutations(target);
    String train = "train/manifest.json";
    for (String file : List.of(train, "preprocessing.json", "prepared.json")) {
      of.text(file, "null");
      of.text(file, "{}");
    }
    of.json(train, "/rows", "-1", "101", "9223372036854775807");
    of.json(train, "/arrays", "[]", "null");
    of.json(train, "/arrays/0", "null");
    of.json(
        train,
        "/arrays/0/rowShape",
        "[65536,65536]",
        "[2147483647]",
        "[-784]",
        "[2,2]",
        "[3]",
        "[]",
        "null",
        "[null]");
    of.json(train, "/arrays/0/role", "null", "\"LABEL\"", "\"WEIGHT\"");
    of.json(train, "/arrays/0/index", "-1", "5");
    of.json(train, "/arrays/0/type", "null", "\"F64\"", "\"I32\"");
    of.json(train, "/arrays/0/name", "null", "\"\"", "\"label-0\"");
    of.json(
        train,
        "/arrays/0/scaling",
        "{}",
        "{\"shift\":[],\"divisor\":[]}",
        "{\"shift\":[null],\"divisor\":[1]}",
        "{\"shift\":[0],\"divisor\":[\"NaN\"]}",
        "{\"shift\":[0],\"divisor\":[0]}");
    of.json(train, "/arrays/1/classes", "-1", "0", "2", "2147483647");
    of.json(train, "/blocks", "[]", "null", "[null]");
    of.json(train, "/blocks/0/rows", "-1", "2147483647");
    of.json(train, "/blocks/0/files", "null", "{}");
    of.json(train, "/blocks/0/files/input-0", "null", "{}");
    of.json(
        train,
        "/blocks/0/files/input-0/path",
        "\"\"",
        "null",
        "\"..\"",
        "\"/etc/passwd\"",
        "\".\"",
        "\"block-00000\"",
        "\"a\\u0000b\"",
        "\"block-00001/input-0.npy\"",
        "\"//x\"");
    of.json(train, "/blocks/0/files/input-0/bytes", "-1", "9223372036854775807");
    of.json(train, "/blocks/0/files/input-0/sha256", "null", "\"\"");
    of.json(train, "/classes", "[]", "[null]");
    of.json(train, "/columns", "null", "[null]");
    of.json(train, "/counts", "null", "{\"a\":null}");
    of.json(train, "/formatVersion", "0", "99", "1.5", "\"1\"");
    of.json("prepared.json", "/manifests", "null", "{}", "{\"train\":null}", "{\"../x\":\"y\"}");
    of.json("prepared.json", "/rowBytes", "-1");
    of.json("prepared.json", "/formatVersion", "99", "1");
    of.preprocessing("preprocessing.json");
    return of.list;
  }

  /**
   * @param folder of one checkpoint, with a slash at its end
   */
  static List<Mutation> checkpoint(Target target, String folder) throws IOException {
    DirectedMutations of = new DirectedMutations(target);
    String manifest = folder + "manifest.json";
    String state = folder + "state.json";
    for (String file : List.of(manifest, state)) {
      of.text(file, "null");
      of.text(file, "{}");
    }
    long bytes =
        JsonMutations.MAPPER.readTree(target.pristine.get(manifest)).at("/files/1/bytes").asLong();
    of.json(
        manifest,
        "/files/1/chunks",
        "[]",
        "null",
        "[null]",
        "[-1]",
        "[" + (bytes - 4) + ",4]",
        "[" + (bytes - 2) + ",2]",
        "[" + bytes + ",0]",
        "[2147483647]");
    of.json(manifest, "/files/1/bytes", "-1", "9223372036854775807");
    of.json(manifest, "/files/1/name", "null", "\"../x.bin\"", "\"x.bin\"", "\"\"");
    of.json(manifest, "/files/1", "null");
    of.json(manifest, "/files", "[]", "null");
    of.json(manifest, "/round", "-1", "41");
    of.json(manifest, "/formatVersion", "99", "-1", "1");
    for (String key :
        List.of("workers", "round", "epoch", "iteration", "examples", "roundInEpoch", "stale")) {
      of.json(state, "/" + key, "-1", "2147483647", "null");
    }
    of.json(state, "/phase", "null", "\"other\"");
    of.json(state, "/bestMetrics", "null", "{\"a\":null}");
    of.json(state, "/firstLoss", "\"NaN\"", "1e308");
    of.json(state, "/kernel", "null");
    of.json(state, "/encoder", "null", "[]", "[null]");
    of.json(state, "/encoder/0/units", "-1", "1000000");
    of.json(state, "/decoder", "null", "[]");
    of.json(state, "/story", "null");
    of.json(state, "/dataSha256", "null");
    return of.list;
  }

  static List<Mutation> zoo(Target target) throws IOException {
    DirectedMutations of = new DirectedMutations(target);
    String version = "letters/000002/version.json";
    of.text(version, "null");
    of.text(version, "{}");
    of.json(version, "/files", "null", "[]", "[null]");
    of.json(version, "/files/0", "null");
    of.json(version, "/model", "null", "\"other\"");
    of.json(version, "/version", "-1", "3");
    of.json(version, "/modelSha256", "null", "\"\"");
    of.json(version, "/metrics", "null", "{\"a\":null}");
    of.json(version, "/published", "null");
    of.json(version, "/formatVersion", "99", "0");
    String alias = "letters/aliases/production.000002";
    of.text(alias, "null");
    of.json(alias, "/version", "-1", "0", "7", "null", "1");
    return of.list;
  }

  private void text(String file, String text) {
    if (target.pristine.containsKey(file)) {
      add(file, text.length() > 40 ? "other text" : text, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void json(String file, String pointer, String... values) throws IOException {
    if (!target.pristine.containsKey(file)) {
      return;
    }
    for (String value : values) {
      byte[] now = JsonMutations.with(target.pristine.get(file), pointer, value);
      if (now != null) {
        add(file, pointer + " = " + value, now);
      }
    }
  }

  private void add(String file, String detail, byte[] bytes) {
    list.add(Mutation.of("directed", file + " " + detail, file, bytes));
  }
}
