package dev.strata.driver.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code .keras} file: a zip of {@code metadata.json} (the version), {@code config.json} (the
 * model, and how it was compiled) and {@code model.weights.h5} ({@link KerasVariables}). Keras 2.12
 * and later and Keras 3 write it.
 */
final class KerasZip extends KerasFile {
  private static final Logger LOG = LoggerFactory.getLogger(KerasZip.class);

  private static final String METADATA = "metadata.json";
  private static final String CONFIGURATION = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  /** Far above any network's JSON. */
  private static final int JSON_LIMIT = 16 << 20;

  /** Keras stores weights unpacked; other programs may pack those of a pruned network. */
  private static final int UNPACKING = 64;

  /** Which may unpack to any part of it. */
  private static final long SMALL = 32L << 20;

  private final Path unpacked;
  private final JsonNode configuration;
  private final JsonNode metadata;

  private KerasZip(Path unpacked, String name, JsonNode configuration, JsonNode metadata) {
    super(unpacked, name);
    this.unpacked = unpacked;
    this.configuration = configuration;
    this.metadata = metadata;
  }

  /** Whether a zip has an entry that only such files have. */
  static boolean isMeant(Set<String> names) {
    return names.contains(WEIGHTS) || names.contains(METADATA);
  }

  /**
   * Unpacks the weights into a temporary file, which closing removes: HDF5 is read by position.
   *
   * @param local path on this machine's disk
   * @param name for errors
   * @throws StrataException (data) where the zip is damaged, lacks an entry, or unpacks to more
   *     than a model of its length can
   */
  static KerasZip open(Path local, String name) throws IOException {
    Path unpacked = Files.createTempFile("strata-import-", ".h5");
    boolean opened = false;
    try (ImportZip zip = new ImportZip(local)) {
      JsonNode configuration = json(zip, CONFIGURATION, name);
      JsonNode metadata = json(zip, METADATA, name);
      unpack(zip, Math.max(SMALL, Files.size(local) * UNPACKING), unpacked, name);
      KerasZip file = new KerasZip(unpacked, name, configuration, metadata);
      opened = true;
      return file;
    } catch (ZipException e) {
      throw damaged(name, e);
    } finally {
      if (!opened) {
        remove(unpacked);
      }
    }
  }

  private static InputStream entry(ImportZip zip, String entry, String name) throws IOException {
    InputStream in = zip.open(entry);
    if (in == null) {
      throw refused(
          name,
          "no entry " + entry + " among " + zip.names(),
          "the entries metadata.json, config.json and model.weights.h5");
    }
    return in;
  }

  private static JsonNode json(ImportZip zip, String entry, String name) throws IOException {
    try (InputStream in = entry(zip, entry, name)) {
      byte[] text = in.readNBytes(JSON_LIMIT + 1);
      if (text.length > JSON_LIMIT) {
        throw refused(name, entry + " of more than " + JSON_LIMIT + " bytes", "a model's JSON");
      }
      JsonNode tree = Json.mapper().readTree(new String(text, StandardCharsets.UTF_8));
      if (tree == null || !tree.isObject()) {
        throw refused(name, entry + " that is no JSON object", "JSON");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw refused(name, entry + ": " + e.getOriginalMessage(), "JSON");
    }
  }

  private static void unpack(ImportZip zip, long limit, Path into, String name) throws IOException {
    try (InputStream in = entry(zip, WEIGHTS, name);
        OutputStream out = Files.newOutputStream(into)) {
      byte[] piece = new byte[1 << 16];
      long left = limit;
      for (int some = in.read(piece); some >= 0; some = in.read(piece)) {
        left -= some;
        if (left < 0) {
          throw refused(
              name, WEIGHTS + " that unpacks to more than " + limit + " bytes", "stored weights");
        }
        out.write(piece, 0, some);
      }
    }
  }

  @Override
  String configuration() {
    return configuration.toString();
  }

  @Override
  Optional<String> training() {
    JsonNode compiled = configuration.path("compile_config");
    return compiled.isObject() ? Optional.of(compiled.toString()) : Optional.empty();
  }

  @Override
  Optional<String> versionText() {
    JsonNode version = metadata.path("keras_version");
    return version.isTextual() ? Optional.of(version.asText()) : Optional.empty();
  }

  @Override
  Map<String, String> arrays(Collection<? extends JsonNode> layers) {
    try {
      return new KerasVariables(hdf5().arrays()).byLayer(layers, name());
    } catch (IOException e) {
      throw damaged(name(), e);
    }
  }

  private static StrataException refused(String file, String found, String expected) {
    return StrataException.data("cannot read the Keras model")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }

  @Override
  public void close() {
    super.close();
    remove(unpacked);
  }

  private static void remove(Path unpacked) {
    try {
      Files.deleteIfExists(unpacked);
    } catch (IOException e) {
      // A file left in the temporary folder is the operating system's to remove.
      LOG.info("The temporary file {} cannot be removed", unpacked, e);
    }
  }
}
