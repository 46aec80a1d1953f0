package dev.strata.driver.models;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.util.ModelSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a bundle: {@code model.zip} (stock DL4J, with the updater's state where it is known),
 * {@code preprocessing.json} and {@code provenance.json}, a pretrained encoder's decoder where
 * there is one, reads them back, and writes {@code manifest.json} last.
 */
public final class BundleWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BundleWriter.class);

  private final FileSystem fileSystem;
  private final Path folder;

  private BundleWriter(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * Writes a bundle, replacing one that the folder may hold.
   *
   * @param folder any Hadoop URI
   * @return modelSha256
   * @throws StrataException (cluster) where it cannot be written; (data) where the model has
   *     numbers that are not finite: what the folder holds stays
   */
  public static String write(
      Configuration configuration,
      String folder,
      TrainedModel model,
      Preprocessing preprocessing,
      Provenance provenance) {
    return write(configuration, folder, model, preprocessing, provenance, Optional.empty());
  }

  /**
   * As above, with a pretrained encoder's decoder beside it.
   *
   * @return modelSha256: of the encoder alone
   */
  public static String write(
      Configuration configuration,
      String folder,
      TrainedModel model,
      Preprocessing preprocessing,
      Provenance provenance,
      Optional<Decoder> decoder) {
    Path path = new Path(folder);
    FiniteModel.require(model, path);
    FiniteModel.require(decoder, path);
    try {
      FileSystem fileSystem = Storage.of(path, configuration);
      try {
        return new BundleWriter(fileSystem, path).write(model, preprocessing, provenance, decoder);
      } catch (IOException | FSError e) {
        removeManifest(fileSystem, path);
        throw OutputFiles.writeFailure(fileSystem, path, "cannot write the model", e);
      }
    } catch (IOException e) {
      throw OutputFiles.readFailure(path, e);
    }
  }

  /** Half a manifest would be taken for a damaged bundle, where there is none. */
  private static void removeManifest(FileSystem fileSystem, Path folder) {
    try {
      fileSystem.delete(new Path(folder, BundleManifest.FILE_NAME), false);
    } catch (IOException | FSError e) {
      // The failure to write is what is told; a later write begins with removing it again.
      LOG.info("The manifest of the unfinished model in {} cannot be removed", folder, e);
    }
  }

  private String write(
      TrainedModel model,
      Preprocessing preprocessing,
      Provenance provenance,
      Optional<Decoder> decoder)
      throws IOException {
    // Without its manifest an older bundle is none, so that nobody reads half of each.
    fileSystem.delete(new Path(folder, BundleManifest.FILE_NAME), false);
    fileSystem.mkdirs(folder);
    boolean withState = model.optimizerState().length() > 0;
    List<StoredFile> files = new ArrayList<>();
    files.add(
        file(
            BundleManifest.MODEL,
            out -> ModelSerializer.writeModel(model.newModel(), out, withState)));
    files.add(file(Preprocessing.FILE_NAME, out -> out.write(json(preprocessing))));
    files.add(file(BundleManifest.PROVENANCE, out -> out.write(json(provenance))));
    if (decoder.isPresent()) {
      files.addAll(decoderFiles(decoder.get()));
    }
    for (StoredFile file : files) {
      StoredFile found = BundleFiles.describe(fileSystem, folder, file.name());
      if (!found.equals(file)) {
        throw new IOException(file.name() + " reads back as " + found + ", written was " + file);
      }
    }
    String sha256 = model.sha256();
    String manifest = BundleManifest.text(provenance.strataVersion(), sha256, files);
    file(BundleManifest.FILE_NAME, out -> out.write(manifest.getBytes(StandardCharsets.UTF_8)));
    return sha256;
  }

  private List<StoredFile> decoderFiles(Decoder decoder) throws IOException {
    DecoderFile content = DecoderFile.of(decoder);
    List<StoredFile> files = new ArrayList<>();
    files.add(file(DecoderFile.FILE_NAME, out -> out.write(json(content))));
    StateVector flat = decoder.parameters();
    long begin = 0;
    for (DecoderFile.Layer layer : content.layers()) {
      DenseShape shape = layer.shape();
      long at = begin;
      files.add(file(layer.weights(), out -> DecoderArrays.writeWeights(flat, at, shape, out)));
      files.add(file(layer.bias(), out -> DecoderArrays.writeBias(flat, at, shape, out)));
      begin += shape.parameters();
    }
    return files;
  }

  private static byte[] json(Object value) {
    return (Json.pretty(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private StoredFile file(String name, Content content) throws IOException {
    MessageDigest digest = Checksum.sha256();
    AtomicLong bytes = new AtomicLong();
    OutputFiles.write(
        fileSystem.create(new Path(folder, name), true),
        out -> {
          DigestOutputStream digesting = new DigestOutputStream(out, digest);
          content.writeTo(digesting);
          digesting.flush();
          bytes.set(out.getPos());
        });
    return new StoredFile(name, bytes.get(), Checksum.hexadecimal(digest));
  }

  /** What a file is to hold. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }
}
