package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Reads bundles, every file verified against the manifest before its content is looked at. */
public final class BundleReader {
  private final BundleFolder bundle;
  private final Path folder;

  private BundleReader(BundleFolder bundle) {
    this.bundle = bundle;
    this.folder = bundle.path();
  }

  /**
   * @param uri folder of a bundle, or of a finished run
   * @param key the configuration key that named it, for errors
   * @throws StrataException (configuration) where the URI is of no known file system; (data) where
   *     there is no bundle, or it is damaged or of a newer version; (cluster) where it cannot be
   *     read
   */
  public static ModelBundle open(Configuration configuration, String uri, String key) {
    BundleFolder bundle = BundleFolder.at(configuration, uri, key);
    try {
      return new BundleReader(bundle).read();
    } catch (IOException | FSError e) {
      throw BundleFolder.failure(bundle.path(), key, e);
    }
  }

  private ModelBundle read() throws IOException {
    bundle.verified();
    BundleManifest manifest = bundle.manifest();
    Path preprocessingFile = new Path(folder, Preprocessing.FILE_NAME);
    Preprocessing preprocessing =
        Json.read(bundle.text(Preprocessing.FILE_NAME), Preprocessing.class, preprocessingFile);
    BundleRules.refuseNewer(
        preprocessing.formatVersion(), Preprocessing.FORMAT_VERSION, manifest, preprocessingFile);
    preprocessing.validated(preprocessingFile);
    Path provenanceFile = new Path(folder, BundleManifest.PROVENANCE);
    Provenance provenance =
        Json.read(bundle.text(BundleManifest.PROVENANCE), Provenance.class, provenanceFile);
    ProvenanceRules.require(provenance, provenanceFile);
    Optional<DecoderFile> decoder = decoder(manifest);
    Path zip = new Path(folder, BundleManifest.MODEL);
    ModelZip.Loaded loaded;
    try (InputStream in = bundle.fileSystem().open(zip)) {
      loaded = new ModelZip(zip, size(manifest, BundleManifest.MODEL)).load(in);
    }
    TrainedModel model = loaded.trained();
    FiniteModel.requireParameters(model, zip);
    new BundleFit(folder).require(loaded, preprocessing, provenance, decoder);
    Optional<Decoder> back = Optional.empty();
    if (decoder.isPresent()) {
      back = Optional.of(decoder(manifest, decoder.get()));
      FiniteModel.require(back, new Path(folder, DecoderFile.FILE_NAME));
    }
    return new ModelBundle(folder.toString(), model, preprocessing, provenance, back);
  }

  private static long size(BundleManifest manifest, String name) {
    return manifest.files().stream()
        .filter(file -> file.name().equals(name))
        .mapToLong(StoredFile::bytes)
        .sum();
  }

  private Optional<DecoderFile> decoder(BundleManifest manifest) throws IOException {
    if (manifest.files().stream().noneMatch(f -> f.name().equals(DecoderFile.FILE_NAME))) {
      return Optional.empty();
    }
    Path file = new Path(folder, DecoderFile.FILE_NAME);
    DecoderFile content = Json.read(bundle.text(DecoderFile.FILE_NAME), DecoderFile.class, file);
    BundleRules.refuseNewer(content.formatVersion(), DecoderFile.FORMAT_VERSION, manifest, file);
    content.requireWhole(file);
    return Optional.of(content);
  }

  private Decoder decoder(BundleManifest manifest, DecoderFile content) throws IOException {
    Path file = new Path(folder, DecoderFile.FILE_NAME);
    List<String> named =
        content.layers().stream().flatMap(l -> Stream.of(l.weights(), l.bias())).toList();
    if (!arrays(manifest).equals(named.stream().sorted().toList())) {
      throw StrataException.data("the decoder's arrays differ from those in the manifest")
          .file(file)
          .found(named)
          .expected(arrays(manifest))
          .build();
    }
    List<DenseShape> shapes = content.layers().stream().map(DecoderFile.Layer::shape).toList();
    long parameters = shapes.stream().mapToLong(DenseShape::parameters).sum();
    long held = named.stream().mapToLong(name -> size(manifest, name)).sum() / Float.BYTES;
    if (parameters < 0 || parameters > held) {
      throw StrataException.data("the decoder's arrays are too short for its layers")
          .file(file)
          .found("layers of " + parameters + " parameters")
          .expected("at most " + held + " in files of that length")
          .build();
    }
    StateVector flat = StateVector.zeros(parameters);
    long at = 0;
    for (DecoderFile.Layer layer : content.layers()) {
      Path weights = new Path(folder, layer.weights());
      Path bias = new Path(folder, layer.bias());
      DecoderArrays.read(
          bytes(weights), bytes(bias), layer.shape(), List.of(weights, bias), flat, at);
      at += layer.shape().parameters();
    }
    return new Decoder(shapes, flat);
  }

  private static List<String> arrays(BundleManifest manifest) {
    return manifest.files().stream()
        .map(StoredFile::name)
        .filter(name -> DecoderFile.owns(name) && !name.equals(DecoderFile.FILE_NAME))
        .sorted()
        .toList();
  }

  private byte[] bytes(Path file) throws IOException {
    try (InputStream in = bundle.fileSystem().open(file)) {
      return in.readAllBytes();
    }
  }
}
