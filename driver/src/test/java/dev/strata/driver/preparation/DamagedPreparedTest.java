package dev.strata.driver.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.driver.mutation.MutationCheck;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.EncodedBlock;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.ShardLayout;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.SelfChecksum;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged and hostile files of prepared data: prepared.json, preprocessing.json, shards. */
class DamagedPreparedTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String PREPARED = PreparedFolder.FILE_NAME;
  private static final String MANIFEST = "train/" + ShardManifest.FILE_NAME;

  @TempDir Path work;
  private Path folder;

  /** Rows of numbers and categories, or images as bytes. */
  enum Rows {
    TABLE,
    IMAGES
  }

  @BeforeEach
  void folder() {
    folder = work.resolve("shards");
  }

  @ParameterizedTest
  @EnumSource
  void unsignedDamageIsRefusedByName(Rows rows) throws Exception {
    write(rows);
    MutationCheck check = new MutationCheck(folder, Set.of(), notices -> content());
    check.unsigned(12);
    assertThat(check.files())
        .contains(PREPARED, Preprocessing.FILE_NAME, MANIFEST, "train/block-00000/input-0.npy");
    assertThat(check.outcomes().get("refused")).isGreaterThan(150);
  }

  @ParameterizedTest
  @EnumSource
  void whatDoesNotFitIsRefusedThoughSigned(Rows rows) throws Exception {
    write(rows);
    MutationCheck check = new MutationCheck(folder, Set.of(), notices -> content());
    for (String name : List.of(Preprocessing.FILE_NAME, MANIFEST, PREPARED)) {
      check.signed(name, 13, this::sign);
    }
    assertThat(check.outcomes().get("signed: refused")).isGreaterThan(80);
  }

  @Test
  void anotherDivisorIsRefused() throws Exception {
    write(Rows.IMAGES);
    Path file = folder.resolve(Preprocessing.FILE_NAME);
    String text = Files.readString(file);
    assertThat(text).contains("\"divideBy\" : 255.0");
    Files.delete(folder.resolve("." + Preprocessing.FILE_NAME + ".crc"));
    Files.writeString(file, text.replace("\"divideBy\" : 255.0", "\"divideBy\" : 355.0"));
    refused(Preprocessing.FILE_NAME, "checksum");
  }

  @Test
  void dataOfVersionOneIsReadWithoutChecksums() throws Exception {
    write(Rows.IMAGES);
    Object now = content();
    Map<String, String> unsigned = new TreeMap<>();
    ObjectNode manifest = tree(MANIFEST);
    manifest.put("formatVersion", 1).remove(SelfChecksum.FIELD);
    unsigned.put(MANIFEST, Json.pretty(manifest) + "\n");
    ObjectNode prepared = tree(PREPARED);
    prepared.put("formatVersion", 1).remove(List.of(SelfChecksum.FIELD, "preprocessing"));
    ((ObjectNode) prepared.get("manifests")).put("train", sha(unsigned.get(MANIFEST)));
    unsigned.put(PREPARED, Json.pretty(prepared) + "\n");
    for (Map.Entry<String, String> file : unsigned.entrySet()) {
      replace(file.getKey(), file.getValue());
    }
    assertThat(content()).isEqualTo(now);

    String text = Files.readString(folder.resolve(Preprocessing.FILE_NAME));
    replace(Preprocessing.FILE_NAME, text.replace("255.0", "355.0"));
    refused(ShardManifest.FILE_NAME, "the rows do not match the preprocessing");
  }

  @Test
  void aFileOfThisVersionWithoutChecksumIsDamaged() throws Exception {
    write(Rows.TABLE);
    for (String name : List.of(PREPARED, MANIFEST)) {
      ObjectNode tree = tree(name);
      String before = Files.readString(folder.resolve(name));
      tree.remove(SelfChecksum.FIELD);
      replace(name, Json.pretty(tree) + "\n");
      refused(Path.of(name).getFileName().toString(), SelfChecksum.FIELD);
      replace(name, before);
    }
    content();
  }

  private void refused(String file, String why) {
    assertThatThrownBy(this::content)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith(file);
              assertThat(e).hasMessageContaining(why);
            });
  }

  private ObjectNode tree(String name) throws IOException {
    return (ObjectNode) Json.mapper().readTree(Files.readString(folder.resolve(name)));
  }

  private void replace(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.writeString(file, text);
  }

  private static String sha(String text) {
    return Checksum.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As an attacker would: the changed file, and all that hold its checksum. */
  private void sign(String name, MutationCheck.Writing write) throws IOException {
    if (name.equals(MANIFEST)) {
      write.write(MANIFEST, MutationCheck.selfSigned(Files.readString(folder.resolve(MANIFEST))));
    }
    if (name.equals(PREPARED)) {
      write.write(PREPARED, MutationCheck.selfSigned(Files.readString(folder.resolve(PREPARED))));
      return;
    }
    ObjectNode prepared = tree(PREPARED);
    prepared.put("preprocessing", sha(Files.readString(folder.resolve(Preprocessing.FILE_NAME))));
    ((ObjectNode) prepared.get("manifests"))
        .put("train", sha(Files.readString(folder.resolve(MANIFEST))));
    write.write(PREPARED, MutationCheck.selfSigned(Json.pretty(prepared)));
  }

  /** All that training reads, as text; a row goes through the encoder as new rows do. */
  private Object content() {
    PreparedFolder prepared = new PreparedFolder(HADOOP, folder.toString());
    PreparedFolder.Prepared content = prepared.content().orElseThrow(this::missing);
    PreparedData data = prepared.open(content).orElseThrow(this::missing);
    List<String> parts = new ArrayList<>();
    parts.add(Json.line(data.preprocessing()));
    parts.add(content.fingerprint() + content.rowBytes() + data.counts());
    data.shards().forEach((part, set) -> blocks(set, data.manifests().get(part), parts));
    encode(data.preprocessing());
    return parts;
  }

  /** Files that are gone are prepared again. */
  private StrataException missing() {
    return StrataException.data("gone").file(PREPARED + " or a block").build();
  }

  private static void blocks(ShardSet set, ShardManifest manifest, List<String> parts) {
    parts.add(
        Json.line(
            new ShardManifest(
                1,
                manifest.split(),
                manifest.rows(),
                manifest.arrays(),
                manifest.columns(),
                manifest.classes(),
                manifest.blocks(),
                manifest.counts())));
    for (int i = 0; i < manifest.blocks().size(); i++) {
      BlockStore.shared().forget(set);
      Block block = BlockStore.shared().open(HADOOP, set, manifest, i);
      for (int a = 0; a < manifest.arrays().size(); a++) {
        ByteBuffer raw = block.raw(a);
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        parts.add(HexFormat.of().formatHex(bytes));
        if (block.rows() > 0) {
          block.read(a, 0, new float[manifest.arrays().get(a).rowLength()], 0);
        }
      }
    }
  }

  private static void encode(Preprocessing preprocessing) {
    RowLayout layout = preprocessing.layout();
    RowEncoder encoder = new RowEncoder(preprocessing);
    PlainRow row =
        new PlainRow(
            null,
            new double[layout.numbers()],
            new String[layout.texts()],
            preprocessing.classes().isEmpty() ? null : preprocessing.classes().get(0),
            new double[layout.labelWidth()],
            1,
            PlainRow.Fate.USED);
    float[] features = new float[encoder.width()];
    try {
      encoder.features(row, features, 0);
      encoder.weight(row);
    } catch (StrataException e) {
      // a row that the policies refuse: its own fault
    }
  }

  private void write(Rows rows) {
    Preprocessing preprocessing = rows == Rows.TABLE ? table() : images();
    PreparedFolder target = new PreparedFolder(HADOOP, folder.toString());
    target.begin();
    org.apache.hadoop.fs.Path train = new org.apache.hadoop.fs.Path(target.path(), "train");
    List<BlockSpec> blocks = new ArrayList<>();
    for (int block = 0; block < 2; block++) {
      int from = 3 * block;
      List<PlainRow> of = IntStream.range(from, from + 3).mapToObj(i -> row(rows, i)).toList();
      blocks.add(write(preprocessing, train, block, of));
    }
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            6,
            ShardLayout.arrays(preprocessing),
            ShardLayout.columns(preprocessing),
            preprocessing.classes(),
            blocks,
            Map.of("source", 6L, "used", 6L));
    ShardSet set = ManifestFile.write(HADOOP, train, manifest);
    PreparedData data =
        new PreparedData(
            target.path(),
            preprocessing,
            Map.of("train", set),
            Map.of("train", manifest),
            Map.of("source", 6L, "train", 6L),
            false);
    target.commit(data, "cafe", ShardLayout.rowBytes(preprocessing));
  }

  private static BlockSpec write(
      Preprocessing preprocessing, org.apache.hadoop.fs.Path train, int index, List<PlainRow> of) {
    try {
      return new EncodedBlock(preprocessing)
          .write(train.getFileSystem(HADOOP), train, index, of.size(), of.iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlainRow row(Rows rows, int i) {
    return new PlainRow(
        null,
        rows == Rows.TABLE ? new double[] {i} : new double[] {i, 0, 255, 2 * i},
        rows == Rows.TABLE ? new String[] {i % 2 == 0 ? "blue" : "red"} : new String[0],
        i % 3 == 0 ? "a" : "b",
        null,
        1,
        PlainRow.Fate.USED);
  }

  private static Preprocessing table() {
    return preprocessing(
        List.of(
            new FeatureColumn("length", ColumnKind.NUMERIC, 1),
            new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1)),
        false,
        Scaling.STANDARD,
        1,
        List.of(
            numbers(1),
            new ColumnStatistics(
                1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of("blue", "red"),
                List.of(3L, 3L))));
  }

  private static Preprocessing images() {
    return preprocessing(
        List.of(new FeatureColumn("pixels", ColumnKind.IMAGE, 4, null, List.of(2, 2))),
        true,
        Scaling.DIVIDE_BY,
        255,
        List.of(numbers(4)));
  }

  private static ColumnStatistics numbers(int width) {
    List<Double> values = Collections.nCopies(width, 2.0);
    return new ColumnStatistics(0, values, values, values, values, List.of(), List.of());
  }

  private static Preprocessing preprocessing(
      List<FeatureColumn> features,
      boolean bytes,
      Scaling scaling,
      double divideBy,
      List<ColumnStatistics> statistics) {
    RowLayout layout =
        new RowLayout(
            features,
            "kind",
            LabelKind.CLASS,
            1,
            Map.of(">50K.", ">50K"),
            null,
            List.of("?"),
            MissingPolicy.STRICT);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(bytes)
        .scaling(scaling)
        .divideBy(divideBy)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(statistics)
        .classes(List.of("a", "b"))
        .classWeights(List.of(1.0, 2.0))
        .id(List.of("id"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }
}
