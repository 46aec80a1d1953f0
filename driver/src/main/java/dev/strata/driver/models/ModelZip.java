package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkConfiguration.Kind;
import dev.strata.executor.network.TrainableNetwork;
import dev.strata.executor.round.StateVector;
import java.io.ByteArrayOutputStream;
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
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Reads a stock DL4J {@code model.zip}. Nothing is unpacked to disk, only the three known entries
 * are read, no entry may be larger than the network it holds needs, and no network larger than a
 * file of that length can hold: a hostile zip can neither write files nor fill the memory.
 */
public final class ModelZip {
  /** Far above any network's JSON. */
  static final int JSON_LIMIT = 64 << 20;

  /** Deflate never packs more than 1032 bytes into one. */
  public static final long MOST_PACKED = 1032;

  /** 16 GiB of parameters, whatever the length of the file. */
  static final long PARAMETER_LIMIT = 1L << 32;

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
   * Reads entries in any order.
   *
   * @throws StrataException (data) where they are those of no such zip
   */
  public TrainedModel read(Entries entries) throws IOException {
    try {
      Model model;
      try (InputStream json = required(entries, ModelSerializer.CONFIGURATION_JSON)) {
        model = configuration(json);
      }
      NetworkConfiguration network = usable(model);
      StateVector parameters;
      try (InputStream in = required(entries, ModelSerializer.COEFFICIENTS_BIN)) {
        parameters = array(in, model.numParams());
      }
      StateVector state = StateVector.zeros(0);
      try (InputStream in = entries.open(ModelSerializer.UPDATER_BIN)) {
        if (in != null) {
          state = optimizerState(in, model);
        }
      }
      return new TrainedModel(network, parameters, state, iteration(model), epoch(model));
    } catch (ZipException | EOFException | UTFDataFormatException e) {
      throw damaged(e.getMessage() == null ? "an early end" : e.getMessage(), "a DL4J model");
    }
  }

  private InputStream required(Entries entries, String name) throws IOException {
    InputStream in = entries.open(name);
    if (in == null) {
      throw damaged("no entry " + name, "entry " + name);
    }
    return in;
  }

  private StateVector optimizerState(InputStream in, Model model) throws IOException {
    var own = TrainedModel.optimizerState(model);
    return array(in, own == null ? 0 : own.length());
  }

  /**
   * Reads entries in the order in which DL4J writes them.
   *
   * @throws StrataException (data) where this is no such zip
   */
  public TrainedModel read(InputStream bytes) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(bytes)) {
      next(zip, ModelSerializer.CONFIGURATION_JSON);
      Model model = configuration(zip);
      NetworkConfiguration network = usable(model);
      next(zip, ModelSerializer.COEFFICIENTS_BIN);
      StateVector parameters = array(zip, model.numParams());
      StateVector state = StateVector.zeros(0);
      ZipEntry entry = zip.getNextEntry();
      if (entry != null && entry.getName().equals(ModelSerializer.UPDATER_BIN)) {
        state = optimizerState(zip, model);
        entry = zip.getNextEntry();
      }
      if (entry != null) {
        throw damaged("entry " + entry.getName(), "the entries of a DL4J model only");
      }
      return new TrainedModel(network, parameters, state, iteration(model), epoch(model));
    } catch (ZipException | EOFException | UTFDataFormatException e) {
      throw damaged(e.getMessage() == null ? "an early end" : e.getMessage(), "a DL4J model");
    }
  }

  /** An initialised network, its parameters still to be set. */
  private Model configuration(InputStream in) throws IOException {
    String json = text(in);
    Kind kind = json.contains("\"confs\"") ? Kind.MULTI_LAYER : Kind.GRAPH;
    Model model;
    try {
      refuseLarge(new NetworkConfiguration(kind, json).parameterCount());
      if (kind == Kind.MULTI_LAYER) {
        model = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
      } else {
        model = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
      }
      model.init();
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException e) {
      throw StrataException.data("the model's configuration cannot be read")
          .file(file)
          .found(String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
          .expected("stock DL4J JSON")
          .cause(e)
          .build();
    }
    return model;
  }

  private NetworkConfiguration usable(Model model) {
    NetworkConfiguration network = NetworkConfiguration.of(model);
    TrainableNetwork.unusable(network)
        .ifPresent(
            reason -> {
              throw damaged(reason, "a network with another updater");
            });
    return network;
  }

  /** Before anything of that size is made. */
  private void refuseLarge(long parameters) {
    long most = Math.min(PARAMETER_LIMIT, length * MOST_PACKED / Float.BYTES);
    if (parameters < 0 || parameters > most) {
      throw damaged(
          "a network of " + parameters + " parameters",
          "at most " + most + " in a file of " + length + " bytes");
    }
  }

  private void next(ZipInputStream zip, String name) throws IOException {
    ZipEntry entry = zip.getNextEntry();
    if (entry == null || !entry.getName().equals(name)) {
      throw damaged(
          entry == null ? "no further entry" : "entry " + entry.getName(), "entry " + name);
    }
  }

  private String text(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 14];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      if (out.size() > JSON_LIMIT) {
        throw damaged("a configuration of more than " + JSON_LIMIT + " bytes", "less");
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private StateVector array(InputStream in, long length) throws IOException {
    try {
      return FlatArray.read(in, length);
    } catch (FlatArray.FormatException e) {
      throw damaged(e.getMessage(), "a flat float32 array of " + length + " elements");
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
    return StrataException.data("not a readable DL4J model")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
