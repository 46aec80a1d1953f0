package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Reads a stock DL4J {@code model.zip}. Nothing is unpacked to disk, only the three known entries
 * are read, no entry may be larger than the network it holds needs, and no network is made before
 * as many parameters as it declares have been read: a hostile zip can neither write files nor fill
 * the memory.
 */
public final class ModelZip {
  /** Far above any network's JSON. */
  static final int JSON_LIMIT = 16 << 20;

  /** Deflate never packs more than 1032 bytes into one. */
  public static final long MOST_PACKED = 1032;

  /** Parameters of a trained network hardly pack; those of a pruned one pack some ten times. */
  private static final long MOST_PACKED_PARAMETERS = 100;

  /** 32 MiB of parameters, which may pack as they like. */
  private static final long SMALL = 8L << 20;

  /** 16 GiB of parameters, whatever the length of the file. */
  private static final long PARAMETER_LIMIT = 1L << 32;

  private final Path file;
  private final long length;

  /**
   * @param file named in errors
   * @param length of the file in bytes
   */
  public ModelZip(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  /** The entries of a zip by their names. */
  public interface Entries {
    /** Bytes of an entry; null where there is none. */
    InputStream open(String name) throws IOException;
  }

  /**
   * What was read.
   *
   * @param trained the model
   * @param network the same initialised, in the data type that its JSON names; its parameters and
   *     its updater's state are still those of a new one
   */
  record Loaded(TrainedModel trained, Model network) {}

  /**
   * Reads entries in any order.
   *
   * @throws StrataException (data) where they are those of no such zip
   */
  public TrainedModel read(Entries entries) throws IOException {
    try {
      ZippedNetwork network;
      try (InputStream json = required(entries, ModelSerializer.CONFIGURATION_JSON)) {
        network = configuration(json);
      }
      StateVector parameters;
      try (InputStream in = required(entries, ModelSerializer.COEFFICIENTS_BIN)) {
        parameters = array(in, network.parameters(), ModelSerializer.COEFFICIENTS_BIN);
      }
      Model model = network.initialised();
      NetworkConfiguration canonical = network.canonical(model);
      StateVector state = StateVector.zeros(0);
      try (InputStream in = entries.open(ModelSerializer.UPDATER_BIN)) {
        if (in != null) {
          state = array(in, network.stateLength(model), ModelSerializer.UPDATER_BIN);
        }
      }
      return loaded(canonical, model, parameters, state).trained();
    } catch (ZipException | EOFException | UTFDataFormatException e) {
      throw damaged(e.getMessage() == null ? "unexpected end" : e.getMessage(), "a DL4J model");
    }
  }

  private InputStream required(Entries entries, String name) throws IOException {
    InputStream in = entries.open(name);
    if (in == null) {
      throw damaged("no entry " + name, "entry " + name);
    }
    return in;
  }

  /**
   * Reads entries in the order in which DL4J writes them.
   *
   * @throws StrataException (data) where this is no such zip
   */
  public TrainedModel read(InputStream bytes) throws IOException {
    return load(bytes).trained();
  }

  /** As {@link #read(InputStream)}, with the network that was made for it. */
  Loaded load(InputStream bytes) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(bytes)) {
      next(zip, ModelSerializer.CONFIGURATION_JSON);
      ZippedNetwork network = configuration(zip);
      next(zip, ModelSerializer.COEFFICIENTS_BIN);
      StateVector parameters = array(zip, network.parameters(), ModelSerializer.COEFFICIENTS_BIN);
      Model model = network.initialised();
      NetworkConfiguration canonical = network.canonical(model);
      StateVector state = StateVector.zeros(0);
      ZipEntry entry = next(zip);
      if (entry != null && entry.getName().equals(ModelSerializer.UPDATER_BIN)) {
        state = array(zip, network.stateLength(model), ModelSerializer.UPDATER_BIN);
        entry = next(zip);
      }
      if (entry != null) {
        throw damaged("entry " + entry.getName(), "the entries of a DL4J model only");
      }
      return loaded(canonical, model, parameters, state);
    } catch (ZipException | EOFException | UTFDataFormatException e) {
      throw damaged(e.getMessage() == null ? "unexpected end" : e.getMessage(), "a DL4J model");
    }
  }

  private Loaded loaded(
      NetworkConfiguration network, Model model, StateVector parameters, StateVector state) {
    long iteration = iteration(model);
    int epoch = epoch(model);
    if (iteration < 0 || epoch < 0) {
      throw damaged(
          "iterationCount " + iteration + ", epochCount " + epoch,
          "counters that are not negative");
    }
    return new Loaded(new TrainedModel(network, parameters, state, iteration, epoch), model);
  }

  private ZippedNetwork configuration(InputStream in) throws IOException {
    byte[] json = in.readNBytes(JSON_LIMIT + 1);
    if (json.length > JSON_LIMIT) {
      throw damaged("a configuration of more than " + JSON_LIMIT + " bytes", "less");
    }
    ZippedNetwork network = ZippedNetwork.parse(new String(json, StandardCharsets.UTF_8), file);
    refuseLarge(network.parameters());
    return network;
  }

  /** Before anything of that size is made. */
  private void refuseLarge(long parameters) {
    long packed = length * MOST_PACKED_PARAMETERS / Float.BYTES;
    long most = Math.min(PARAMETER_LIMIT, Math.max(SMALL, packed));
    if (parameters < 0 || parameters > most) {
      throw damaged(
          "a network of " + parameters + " parameters",
          "at most " + most + " in a file of " + length + " bytes");
    }
  }

  private void next(ZipInputStream zip, String name) throws IOException {
    ZipEntry entry = next(zip);
    if (entry == null || !entry.getName().equals(name)) {
      throw damaged(
          entry == null ? "no further entry" : "entry " + entry.getName(), "entry " + name);
    }
  }

  /** Null at the end. */
  private ZipEntry next(ZipInputStream zip) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      // as Java says of names that are not UTF-8
      throw damaged("an entry whose name is not UTF-8", "the entries of a DL4J model only");
    }
  }

  private StateVector array(InputStream in, long elements, String entry) throws IOException {
    try {
      return FlatArray.read(in, elements);
    } catch (FlatArray.FormatException e) {
      throw damaged(
          entry + ": " + e.getMessage(),
          "a flat float32 array of " + elements + " elements, as the network has");
    }
  }

  private static long iteration(Model model) {
    return model instanceof MultiLayerNetwork layers
        ? layers.getLayerWiseConfigurations().getIterationCount()
        : ((ComputationGraph) model).getConfiguration().getIterationCount();
  }

  private static int epoch(Model model) {
    return model instanceof MultiLayerNetwork layers
        ? layers.getLayerWiseConfigurations().getEpochCount()
        : ((ComputationGraph) model).getConfiguration().getEpochCount();
  }

  private StrataException damaged(String found, String expected) {
    return StrataException.data("cannot read the DL4J model")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
