package dev.strata.driver.check;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.DataSettingsBuilder;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NetworkFactory;
import dev.strata.driver.layers.FreshNetwork;
import dev.strata.driver.layers.FreshNetworkWarnings;
import dev.strata.driver.layers.LayerProbe;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ReportBuilder;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.report.ReportContent.Table;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.visualization.LayerSamples;
import dev.strata.driver.visualization.NetworkPictures;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * {@code check --data}: training rows through the network before its first step. Shows outputs and
 * gradients of each layer, and warns of what makes training fail.
 */
public final class NetworkLook {
  /** In the output folder. */
  public static final String REPORT = "check.html";

  private static final int ROWS = 500;

  /** Prepared for the look; fewer than a training has, so that it is quick. */
  private static final int PREPARED = 2_000;

  private static final String TRAIN = "train";
  private static final List<String> COLUMNS =
      List.of("layer", "mean", "deviation", "dead", "saturated", "gradient norm");
  private static final String LEGEND =
      "Of the outputs of each layer in training, for real rows: mean, standard deviation, share of"
          + " dead and saturated units; Euclidean norm of the gradient of the mean loss with respect"
          + " to the layer's weights.";

  private final JobContext context;
  private final Settings settings;
  private final Configuration hadoop;
  private List<FreshNetwork.Layer> layers = List.of();
  private double mean;
  private double deviation;

  /** For a configuration that says how a network is trained on labelled rows. */
  public NetworkLook(JobContext context) {
    this.context = context;
    this.settings = context.settings();
    this.hadoop = context.hadoop();
  }

  /**
   * Looks, and writes {@value #REPORT} where an output folder is given.
   *
   * @return lines for people: a table, then warnings
   * @throws StrataException as preparing and training would
   */
  public List<String> lines() {
    DataSettings data = settings.data();
    if (!data.source().given() && data.shards().isPresent()) {
      return look(data, data.shards().get());
    }
    DataSettings few =
        DataSettingsBuilder.builder(data)
            .limit(Math.min(limit(), PREPARED))
            .shards(Optional.empty())
            .build();
    Path folder = folder();
    try {
      return look(few, folder.toString());
    } finally {
      remove(folder);
    }
  }

  private List<String> look(DataSettings rows, String folder) {
    PreparedData data =
        new DataPreparer(context.spark(), done -> {}, context::notice)
            .prepare(
                rows, folder, settings.training().workers(), settings.seed(), Optional.empty());
    NetworkConfiguration network = new NetworkFactory(hadoop, settings).build(data.preprocessing());
    FreshNetwork fresh = look(network, data.shards().get(TRAIN));
    layers = fresh.layers();
    List<String> warnings =
        FreshNetworkWarnings.of(layers, mean, deviation, data.preprocessing().vocabulary() != null);
    if (settings.output().dir().isPresent()) {
      write(fresh, warnings);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d training rows through the network before its first step, loss %s",
            fresh.rows(),
            ProgressText.significant(fresh.loss())));
    lines.addAll(table());
    warnings.forEach(warning -> lines.add("Warning: " + warning));
    return lines;
  }

  private long limit() {
    return settings.data().limit() == 0 ? PREPARED : settings.data().limit();
  }

  /** Where the rows of the look lie until it is over. */
  private Path folder() {
    Optional<String> output = settings.output().dir();
    if (output.isPresent()) {
      return new Path(output.get(), "check-rows");
    }
    if (!context.spark().sparkContext().isLocal()) {
      throw StrataException.configuration("check --data on a cluster needs a folder for its rows")
          .key("output.dir")
          .expected("a folder that all executors reach, such as --output hdfs://host/folder")
          .build();
    }
    try {
      return new Path(Files.createTempDirectory("strata-check").toUri());
    } catch (IOException e) {
      throw StrataException.cluster("cannot create a temporary folder: " + e.getMessage())
          .key("output.dir")
          .cause(e)
          .build();
    }
  }

  private void remove(Path folder) {
    try {
      Storage.of(folder, hadoop).delete(folder, true);
    } catch (IOException e) {
      context.notice("Cannot delete " + folder + ": " + OutputFiles.reason(e));
    }
  }

  /** The rows' arrays are gone with their reader. */
  private FreshNetwork look(NetworkConfiguration network, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    if (manifest.rows() == 0) {
      throw StrataException.data("no training rows")
          .file(set.folder())
          .found("0 rows")
          .expected("at least 1")
          .build();
    }
    int most = Math.min(ROWS, LayerSamples.mostRows(network, LayerProbe.MOST_OUTPUTS));
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    EpochOrder order = EpochOrder.sequential(manifest, blocks);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Minibatch rows = reader.read(order, 0, (int) Math.min(most, manifest.rows()));
      mean = rows.inputs()[0].meanNumber().doubleValue();
      deviation = rows.inputs()[0].stdNumber(false).doubleValue();
      return FreshNetwork.of(network, UnitVariance.layers(settings.network()), rows);
    }
  }

  private List<List<String>> cells() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("(input)", number(mean), number(deviation), "", "", ""));
    for (FreshNetwork.Layer layer : layers) {
      rows.add(
          List.of(
              layer.name(),
              number(layer.outputs().mean()),
              number(layer.outputs().deviation()),
              percent(layer.outputs().dead()),
              percent(layer.outputs().saturated()),
              layer.gradientNorm().isPresent() ? number(layer.gradientNorm().getAsDouble()) : ""));
    }
    return rows;
  }

  private List<String> table() {
    int wide = Math.max(8, layers.stream().mapToInt(l -> l.name().length()).max().orElse(0));
    String format = "  %-" + wide + "s %10s %10s %8s %10s %14s";
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, format, COLUMNS.toArray()));
    cells().forEach(row -> lines.add(String.format(Locale.ROOT, format, row.toArray())));
    return lines;
  }

  private void write(FreshNetwork fresh, List<String> warnings) {
    ReportBuilder report =
        new ReportBuilder("strata check")
            .fact("Loss before training", number(fresh.loss()))
            .table(new Table("The network before training", COLUMNS, cells(), LEGEND));
    if (!warnings.isEmpty()) {
      report.table(
          new Table("Warnings", List.of("warning"), warnings.stream().map(List::of).toList(), ""));
    }
    report.chart(
        chart(
            "Norm of the gradient",
            layers.stream().map(layer -> layer.gradientNorm().orElse(Double.NaN)).toList()));
    report.chart(
        chart(
            "Standard deviation of the outputs",
            layers.stream().map(layer -> layer.outputs().deviation()).toList()));
    report.pictures(NetworkPictures.outputs(fresh.samples()));
    report.configuration(context.configuration().differences(), context.configuration().flat());
    Path file = new Path(settings.output().dir().orElseThrow(), REPORT);
    HtmlReport.write(hadoop, file, report.build());
    context.notice("Report: " + file);
  }

  private static Chart chart(String title, List<Double> values) {
    List<Double> numbers =
        IntStream.rangeClosed(1, values.size()).mapToObj(number -> (double) number).toList();
    return new Chart(
        title,
        "layer, from the bottom",
        "value",
        List.of(new Series(title, numbers, values)),
        List.of(),
        Frame.POINTS);
  }

  private static String number(double value) {
    return ProgressText.significant(value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
