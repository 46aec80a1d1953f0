package dev.strata.driver.damage;

import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.preparation.PreparedFiles;
import dev.strata.driver.pretrain.StackFiles;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.zoo.Finding;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Verification;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooModel;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.SliceEvaluation;
import dev.strata.executor.json.Json;
import dev.strata.executor.metric.ClassMeasuring;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Artefacts opened as jobs open them, and what jobs do with them first. */
final class Openers {
  private static final Configuration HADOOP = new Configuration();

  private Openers() {}

  static Target.Opened bundle(Path root) throws IOException {
    ModelBundle bundle = BundleReader.open(HADOOP, root.toString(), "model");
    return new Target.Opened(digest(bundle), () -> use(bundle));
  }

  /** Unpacked first, as publishing does. */
  static Target.Opened archive(Path root) throws IOException {
    Path target = root.resolveSibling("unpacked");
    delete(target);
    BundleArchive.unpack(
        HADOOP,
        new org.apache.hadoop.fs.Path(root.resolve("bundle.zip").toUri()),
        new org.apache.hadoop.fs.Path(target.toUri()),
        1L << 28,
        "model");
    return bundle(target);
  }

  private static String digest(ModelBundle bundle) {
    ContentDigest digest =
        new ContentDigest()
            .add(bundle.model().sha256())
            .add(bundle.model().optimizerState())
            .add(bundle.model().iteration() + " " + bundle.model().epoch())
            .add(Json.line(bundle.preprocessing()))
            .add(Json.line(bundle.provenance()));
    bundle
        .decoder()
        .ifPresent(decoder -> digest.add(decoder.layers().toString()).add(decoder.parameters()));
    return digest.value();
  }

  /** One encoded row through the network, as tasks have it, and back; a model to go on from. */
  private static void use(ModelBundle bundle) {
    Preprocessing preprocessing = bundle.preprocessing();
    float[] row = new float[new RowEncoder(preprocessing).width()];
    String[] texts = new String[preprocessing.layout().texts()];
    Arrays.fill(texts, "one");
    try {
      new RowEncoder(preprocessing)
          .features(
              new PlainRow(
                  null,
                  new double[preprocessing.layout().numbers()],
                  texts,
                  null,
                  null,
                  1,
                  PlainRow.Fate.USED),
              row,
              0);
    } catch (StrataException e) {
      // the row is no good one
    }
    Model network = bundle.model().network().newModel(bundle.model().parameters().toFloats());
    INDArray output = output(network, Nd4j.createFromArray(row).reshape(1, row.length));
    bundle.model().newModel();
    bundle.model().network().describe();
    bundle
        .decoder()
        .ifPresent(d -> output(d.network().newModel(d.parameters().toFloats()), output));
  }

  private static INDArray output(Model model, INDArray rows) {
    return model instanceof MultiLayerNetwork layers
        ? layers.output(rows)
        : ((ComputationGraph) model).output(rows)[0];
  }

  static Target.Opened shards(Path root) throws IOException {
    PreparedData data = PreparedFiles.open(root);
    ContentDigest digest = new ContentDigest().add(Json.line(data.preprocessing()));
    for (var part : data.shards().entrySet()) {
      ShardManifest manifest = data.manifests().get(part.getKey());
      digest.add(part.getKey() + " " + manifest.rows() + manifest.arrays() + manifest.classes());
      digest.add(String.valueOf(manifest.columns()));
      try {
        for (int block = 0; block < manifest.blocks().size(); block++) {
          add(BlockStore.shared().open(HADOOP, part.getValue(), manifest, block), manifest, digest);
        }
      } finally {
        BlockStore.shared().forget(part.getValue());
      }
    }
    return new Target.Opened(digest.value(), () -> evaluate(data, root));
  }

  private static void add(Block block, ShardManifest manifest, ContentDigest digest) {
    for (int array = 0; array < manifest.arrays().size(); array++) {
      ArraySpec spec = manifest.arrays().get(array);
      float[] row = new float[spec.rowLength()];
      ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
      for (int r = 0; r < block.rows(); r++) {
        if (spec.holdsClasses()) {
          row[0] = block.classIndex(array, r);
        } else {
          block.read(array, r, row, 0);
        }
        bytes.asFloatBuffer().put(row);
        digest.add(bytes.array());
      }
    }
  }

  /** The rows through a network that is made for their preprocessing, as training makes it. */
  private static void evaluate(PreparedData data, Path root) throws Exception {
    Preprocessing preprocessing = data.preprocessing();
    new RowEncoder(preprocessing);
    ShardSet rows = data.shards().get("train");
    ShardManifest manifest = data.manifests().get("train");
    if (rows == null || manifest.rows() == 0 || manifest.array(ArrayRole.LABEL, 0).isEmpty()) {
      throw StrataException.data("no labelled training rows, as jobs say").file(root).build();
    }
    NetworkConfiguration network =
        TestNetworks.plain(preprocessing.inputWidth(), preprocessing.outputWidth(), new Sgd(0.1));
    try {
      ClassMeasuring measuring = new ClassMeasuring(preprocessing.outputWidth(), -1, 1, 10, 100);
      new SliceEvaluation(network, rows, 64, measuring, RowWeights.STORED, 1)
          .run(HADOOP, StateVector.zeros(network.parameterCount()), 0);
    } finally {
      BlockStore.shared().forget(rows);
    }
  }

  /**
   * @param resumed how the run takes them
   */
  static Target.Opener checkpoints(Function<CheckpointContent, Runnable> resumed) {
    return root -> {
      CheckpointContent content = newest(root);
      Runnable use = resumed.apply(content);
      return new Target.Opened(digest(content), use::run);
    };
  }

  /**
   * @param root of the run
   */
  static Target.Opened layer(Path root) {
    CheckpointContent content = newest(root.resolve("layers/layer-1"));
    return new Target.Opened(
        digest(content),
        () ->
            StackFiles.use(
                root,
                "layer-1",
                content,
                text -> {
                  throw new Judge.Notice(text);
                }));
  }

  /** A damaged one is passed over with a notice: that is a refusal, whatever is taken instead. */
  private static CheckpointContent newest(Path folder) {
    List<String> notices = new ArrayList<>();
    Optional<CheckpointContent> found =
        new CheckpointStore(HADOOP, new org.apache.hadoop.fs.Path(folder.toUri()), 1, notices::add)
            .newest();
    if (!notices.isEmpty()) {
      throw new Judge.Notice(String.join(" ", notices));
    }
    return found.orElseThrow(() -> new Judge.Notice("an unfinished write, without manifest.json"));
  }

  private static String digest(CheckpointContent content) {
    ContentDigest digest = new ContentDigest().add(content.round() + " " + content.stateJson());
    content
        .arrays()
        .forEach(
            (name, chunks) -> {
              digest.add(name + " " + chunks.length);
              for (byte[] chunk : chunks) {
                digest.add(chunk);
              }
            });
    return digest.value();
  }

  static Target.Opened zoo(Path root) throws IOException {
    Zoo zoo = Zoo.at(HADOOP, root.toString());
    // what models list does, whatever is wrong with a version
    zoo.models().forEach(ZooModel::intact);
    ModelVersion version = zoo.find(ZooName.parse("zoo:letters@production", "model"), "model");
    ModelBundle bundle = zoo.open(version, "model");
    return new Target.Opened(
        version + digest(bundle),
        () -> {
          zoo.children(version);
          zoo.withModel(version.modelSha256());
          use(bundle);
        });
  }

  static Target.Opened verification(Path root) {
    Zoo zoo = Zoo.at(HADOOP, root.toString());
    List<String> found = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    new Verification(
            zoo,
            finding -> {
              found.add(finding.name() + " " + finding.state());
              if (finding.state() != Finding.State.INTACT) {
                bad.add(finding.name() + ": " + finding.message().orElse(""));
              }
            })
        .all();
    if (!bad.isEmpty()) {
      throw StrataException.data(String.join("; ", bad)).file(root).build();
    }
    return new Target.Opened(String.valueOf(found), () -> {});
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
