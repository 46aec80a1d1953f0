package dev.strata.driver.pretrain;

import dev.strata.driver.activations.ActivationWriter;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The rows that each layer is trained and measured on: of the lowest the run's own, of each other
 * the activations of the layer below, computed once from that layer's own rows, so that a layer
 * costs the same at any height. Activations are removed as soon as the layer above has its own.
 */
final class LayerRows {
  /** Part of the activations' bits, so not configurable. */
  private static final int ROWS_AT_ONCE = 1024;

  /** Parts of the data, as the run's shards name them. */
  enum Part {
    TRAIN("train"),
    VALIDATION("validation");

    private final String folder;

    Part(String folder) {
      this.folder = folder;
    }
  }

  private final Configuration hadoop;
  private final Path folder;
  private final ShardSet rows;
  private final Optional<ShardSet> heldBack;
  private final ActivationWriter writer;

  LayerRows(JavaSparkContext spark, Path folder, ShardSet rows, Optional<ShardSet> heldBack) {
    this.hadoop = spark.hadoopConfiguration();
    this.folder = folder;
    this.rows = rows;
    this.heldBack = heldBack;
    this.writer = new ActivationWriter(spark);
  }

  /**
   * Rows of layer {@code index} (0: the lowest).
   *
   * @param below the finished layers below it
   * @return absent where the data have no such part
   */
  Optional<ShardSet> of(int index, Part part, List<FinishedLayer> below) {
    if (index == 0) {
      return part == Part.TRAIN ? Optional.of(rows) : heldBack;
    }
    if (part == Part.VALIDATION && heldBack.isEmpty()) {
      return Optional.empty();
    }
    Path target = folder(index - 1, part);
    if (exists(new Path(target, ShardManifest.FILE_NAME))) {
      // Of the same parameters: a layer that is trained anew first removes what came of it.
      return Optional.of(ManifestFile.open(hadoop, target.toString()));
    }
    FinishedLayer layer = below.get(index - 1);
    ShardSet source = of(index - 1, part, below).orElseThrow();
    return Optional.of(
        writer.write(
            encoder(layer), layer.encoderParameters(), source, target.toString(), ROWS_AT_ONCE));
  }

  /** Removes the activations of layer {@code index}, where there are any. */
  void discard(int index) {
    for (Part part : Part.values()) {
      // The manifests first, so that what is left halfway is taken for nothing.
      remove(folder(index, part));
    }
    remove(folder(index));
  }

  /** Removes the activations of all layers. */
  void discardAll(int layers) {
    for (int i = 0; i < layers; i++) {
      discard(i);
    }
    remove(folder);
  }

  private void remove(Path path) {
    if (exists(path)) {
      writer.discard(new ShardSet(path.toString(), ""));
    }
  }

  private Path folder(int index) {
    return new Path(folder, LayerPhase.of(index));
  }

  private Path folder(int index, Part part) {
    return new Path(folder(index), part.folder);
  }

  private boolean exists(Path path) {
    try {
      return Storage.of(path, hadoop).exists(path);
    } catch (IOException e) {
      throw OutputFiles.readFailure(path, e);
    }
  }

  /** The layer alone; what is no part of its output is fixed, so that its hash is too. */
  private static NetworkConfiguration encoder(FinishedLayer layer) {
    return EncoderNetwork.of(
        layer.encoder().stream()
            .map(
                s ->
                    new EncoderNetwork.Layer(
                        layer.story().name(), s.inputs(), s.units(), s.activation()))
            .toList(),
        UpdaterSettings.of("sgd", 0.1),
        0);
  }
}
