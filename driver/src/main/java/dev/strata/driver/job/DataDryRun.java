package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.preparation.PreparedPreprocessing;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What can be told of the data without reading their rows: where they have been prepared for this
 * output, how many rows, inputs and classes.
 *
 * @param lines for people
 * @param inputWidth elements of an input row
 * @param vocabulary ids of words; 0 where rows are numbers
 * @param image how a row is seen as an image; null where it is not known to be one
 * @param outputWidth classes, or values of a label
 */
public record DataDryRun(
    List<String> lines,
    OptionalLong trainRows,
    OptionalInt inputWidth,
    int vocabulary,
    ImageShape image,
    OptionalInt outputWidth) {
  private static final String TRAIN = "train";

  public static DataDryRun of(Configuration hadoop, Settings settings) {
    DataSettings data = settings.data();
    List<String> lines = new ArrayList<>();
    Optional<ShardManifest> train = prepared(hadoop, settings);
    if (train.isEmpty()) {
      OptionalInt classes =
          data.labelKind() == LabelKind.CLASS && !data.labelClasses().isEmpty()
              ? OptionalInt.of(data.labelClasses().size())
              : OptionalInt.empty();
      lines.add("not prepared yet: rows, inputs and classes are unknown until strata prepare");
      return new DataDryRun(lines, OptionalLong.empty(), unseen(settings), 0, null, classes);
    }
    ShardManifest manifest = train.get();
    if (!manifest.classes().isEmpty()) {
      settings.evaluation().positiveIndex(manifest.classes());
    }
    int outputs = outputs(manifest);
    int vocabulary = vocabulary(hadoop, settings, manifest);
    lines.add(
        "prepared: "
            + manifest.rows()
            + " training rows in "
            + manifest.blocks().size()
            + " blocks, "
            + manifest.inputWidth(0)
            + (vocabulary > 0 ? " words of a vocabulary of " + vocabulary + ", " : " inputs, ")
            + outputs
            + " outputs");
    return new DataDryRun(
        lines,
        OptionalLong.of(manifest.rows()),
        OptionalInt.of(manifest.inputWidth(0)),
        vocabulary,
        PreparedPreprocessing.read(hadoop, folder(settings).orElseThrow())
            .map(preprocessing -> NetworkInput.of(preprocessing).likely())
            .orElse(null),
        outputs > 0 ? OptionalInt.of(outputs) : OptionalInt.empty());
  }

  /** Width of rows that are not prepared, where the settings give it. */
  private static OptionalInt unseen(Settings settings) {
    NetworkSettings network = settings.network();
    Optional<Integer> image = network.image().map(ImageShape::length);
    boolean unknown =
        settings.data().text().isPresent()
            || (NetworkBuilder.takesImages(network) && image.isEmpty());
    Optional<Integer> width = unknown ? Optional.empty() : network.input().or(() -> image);
    return width.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** Input of a network for a row, whose width is known. */
  public NetworkInput input() {
    return new NetworkInput(inputWidth.orElseThrow(), vocabulary, null, image);
  }

  private static int vocabulary(Configuration hadoop, Settings settings, ShardManifest manifest) {
    boolean ids =
        manifest.array(ArrayRole.INPUT, 0).filter(a -> a.type() == ElementType.I32).isPresent();
    if (!ids) {
      return 0;
    }
    return PreparedPreprocessing.read(hadoop, folder(settings).orElseThrow())
        .map(Preprocessing::vocabularySize)
        .orElse(0);
  }

  private static Optional<String> folder(Settings settings) {
    return settings.data().shards().or(() -> settings.output().dir().map(dir -> dir + "/shards"));
  }

  private static int outputs(ShardManifest manifest) {
    if (!manifest.classes().isEmpty()) {
      return manifest.classes().size();
    }
    return manifest.array(ArrayRole.LABEL, 0).map(ArraySpec::rowLength).orElse(0);
  }

  private static Optional<ShardManifest> prepared(Configuration hadoop, Settings settings) {
    Optional<String> folder = folder(settings);
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    if (!isPrepared(hadoop, folder.get())) {
      return Optional.empty();
    }
    ShardSet set = ManifestFile.open(hadoop, new Path(folder.get(), TRAIN).toString());
    return Optional.of(ManifestFile.read(hadoop, set));
  }

  /** Whether a folder holds prepared training rows. */
  static boolean isPrepared(Configuration hadoop, String folder) {
    Path train = new Path(folder, TRAIN);
    try {
      return Storage.of(train, hadoop).exists(new Path(train, ShardManifest.FILE_NAME));
    } catch (IOException e) {
      throw StrataException.cluster("cannot read the prepared data: " + e.getMessage())
          .file(train)
          .cause(e)
          .build();
    }
  }
}
