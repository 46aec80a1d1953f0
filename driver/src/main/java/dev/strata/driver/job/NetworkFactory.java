package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The network that a configuration asks for, for data of a certain shape. */
public final class NetworkFactory {
  private static final String JSON_KEY = "network.dl4j-json";

  private final Configuration hadoop;
  private final Settings settings;

  public NetworkFactory(Configuration hadoop, Settings settings) {
    this.hadoop = hadoop;
    this.settings = settings;
  }

  /** Whether the configuration describes one; otherwise it must come from {@code init.from}. */
  public boolean configured() {
    return !settings.network().layers().isEmpty() || settings.network().dl4jJson().isPresent();
  }

  /** For prepared data. */
  public NetworkConfiguration build(Preprocessing data) {
    LabelKind kind = data.layout().labelKind();
    return build(NetworkInput.of(data), task(kind, data.outputWidth()));
  }

  /** As far as the shapes are known already. */
  public Optional<NetworkConfiguration> outlook(DataDryRun data) {
    Optional<String> json = json();
    boolean knowsOutput =
        data.outputWidth().isPresent()
            || settings.network().layers().stream()
                .reduce((first, second) -> second)
                .filter(l -> l instanceof LayerSettings.Output o && o.units().isPresent())
                .isPresent();
    if (!configured() || data.inputWidth().isEmpty() || (json.isEmpty() && !knowsOutput)) {
      return Optional.empty();
    }
    OutputTask task = task(settings.data().labelKind(), data.outputWidth().orElse(0));
    return Optional.of(build(data.input(), task));
  }

  private NetworkConfiguration build(NetworkInput input, OutputTask task) {
    return NetworkBuilder.build(settings.network(), json(), input, task, settings.seed());
  }

  private static OutputTask task(LabelKind kind, int width) {
    return kind == LabelKind.CLASS ? OutputTask.classes(width) : OutputTask.values(width);
  }

  /** Text of the file that describes the network, where there is one. */
  public Optional<String> json() {
    return settings.network().dl4jJson().map(this::text);
  }

  private String text(String file) {
    Path path = new Path(file);
    try (InputStream in = OutputFiles.plain(Storage.of(path, hadoop)).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw StrataException.configuration("the network file does not exist")
          .key(JSON_KEY)
          .file(file)
          .cause(e)
          .build();
    } catch (IOException e) {
      throw StrataException.cluster("cannot read the network file: " + e.getMessage())
          .key(JSON_KEY)
          .file(file)
          .cause(e)
          .build();
    }
  }
}
