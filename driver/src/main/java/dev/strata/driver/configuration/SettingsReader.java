package dev.strata.driver.configuration;

import com.typesafe.config.ConfigObject;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.CropSettings;
import dev.strata.driver.evaluate.EvaluationSettings;
import dev.strata.driver.evaluate.EvaluationSettingsBuilder;
import dev.strata.driver.evaluate.ImportanceSettings;
import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.mlflow.MlflowSettings;
import dev.strata.driver.quickstart.QuickstartSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.zoo.ZooSettings;
import dev.strata.executor.device.DeviceFallback;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.LabelKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a configuration and turns it into records. Everything wrong is collected: unknown keys,
 * wrong types, ranges, combinations, and what the command needs.
 */
public final class SettingsReader {
  private static final Range COUNT = Range.atLeast(1);
  private static final List<String> PARTS = List.of("train", "validation", "test");

  private final ResolvedConfiguration configuration;
  private final Problems problems;

  private SettingsReader(ResolvedConfiguration configuration, Problems problems) {
    this.configuration = configuration;
    this.problems = problems;
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (configuration) that lists every problem
   */
  public static Settings read(ResolvedConfiguration configuration, Set<Need> needs) {
    Problems problems = new Problems();
    Settings settings = read(configuration, needs, problems);
    problems.throwIfAny();
    return settings;
  }

  /** As above, for a caller that adds problems of its own before it reports them. */
  public static Settings read(
      ResolvedConfiguration configuration, Set<Need> needs, Problems problems) {
    UnknownKeys.report(configuration.root(), configuration.reference(), problems);
    return new SettingsReader(configuration, problems).settings(needs);
  }

  private Settings settings(Set<Need> needs) {
    ConfigObject reference = configuration.reference().root();
    Section root = new Section("", configuration.root(), reference, problems);
    TrainingSettings training = TrainingSections.training(root.section("training"));
    DataSettings data = DataSection.read(root.section("data"), needs);
    NetworkSettings network = NetworkSection.read(root.section("network"));
    Settings settings =
        SettingsBuilder.builder()
            .seed(root.longInteger("seed", Range.ANY))
            .output(output(root.section("output")))
            .models(root.texts("model").stream().filter(name -> !name.isEmpty()).toList())
            .zoo(zoo(root.section("zoo")))
            .imports(ImportSection.read(root.section("import")))
            .init(init(root.section("init")))
            .data(data)
            .network(network)
            .pretrain(PretrainSection.read(root.section("pretrain")))
            .fineTune(FineTuneSection.read(root.section("fine-tune")))
            .task(TaskSection.read(root.section("task")))
            .compare(CompareSection.read(root.section("compare")))
            .tune(TuneSection.read(root.section("tune"), configuration.reference(), problems))
            .training(training)
            .augmentation(AugmentationSection.read(root.section("training")))
            .snapshots(root.section("training").integer("snapshots", Range.NOT_NEGATIVE))
            .averaging(TrainingSections.averaging(root.section("averaging")))
            .checkpoint(TrainingSections.checkpoint(root.section("checkpoint")))
            .allowWorkersChange(root.section("resume").flag("allow-workers-change"))
            .evaluation(evaluation(root.section("evaluation")))
            .extract(extract(root.section("extract")))
            .quickstart(quickstart(root.section("quickstart")))
            .mlflow(mlflow(root.section("mlflow")))
            .report(report(root.section("report")))
            .deviceFallback(root.section("device").choice("fallback", DeviceFallback.class))
            .sparkMaster(root.section("spark").optionalText("master"))
            .build();
    require(root, settings, needs);
    return settings;
  }

  private void require(Section root, Settings settings, Set<Need> needs) {
    if (needs.contains(Need.OUTPUT) && settings.output().dir().isEmpty()) {
      root.section("output")
          .missing("dir", "the folder of this run, such as --set output.dir=runs/1");
    }
    if (needs.contains(Need.MODEL) && settings.model().isEmpty()) {
      root.missing("model", "the output folder of a finished run, a bundle, or zoo:NAME");
    }
    boolean one = needs.contains(Need.MODEL) && !needs.contains(Need.ENSEMBLE);
    if (settings.models().size() > 1 && one) {
      root.problem(
          "this command uses one model",
          "model",
          "one path or name; evaluate and extract use several");
    }
    if (needs.contains(Need.ZOO) && settings.zoo().path().isEmpty()) {
      root.section("zoo").missing("path", "the folder of the model zoo, such as --zoo models/zoo");
    }
    if (needs.contains(Need.IMPORT) && settings.imports().from().isEmpty()) {
      root.section("import").missing("from", "a Keras (.h5), DL4J (.zip) or NumPy (.npz) file");
    }
    if (needs.contains(Need.TOP)) {
      NetworkSection.requireTop(
          root.section("network"), settings.network(), settings.data().labelKind(), problems);
      UnlabelledSection.require(root, settings);
      if (settings.fineTune().search().asked()) {
        TrainingSections.refusePlateau(root.section("training"), settings, "fine-tune.search");
      }
    }
    if (needs.contains(Need.LAYERS) && settings.extract().isEmpty()) {
      root.section("extract")
          .missing(
              "layers",
              "names of layers, such as [\"hidden\"] or [\"output\"]; or extract.predictions,"
                  + " extract.reconstruction-error");
    }
    if (needs.contains(Need.NETWORK) && settings.init().from().isEmpty()) {
      NetworkSection.require(
          root.section("network"), settings.network(), settings.data().labelKind(), problems);
    }
    if (needs.contains(Need.PRETRAINING)) {
      PretrainSection.require(
          root.section("pretrain"), settings.pretrain(), settings.data(), problems);
    }
    AugmentationSection.require(root, settings, needs);
    SnapshotRules.require(root, settings, needs);
    FullBatchSection.require(root, settings, needs);
    if (needs.contains(Need.LABEL)) {
      requirePositiveClass(settings);
    }
    if (needs.contains(Need.LABEL) && (needs.contains(Need.NETWORK) || needs.contains(Need.TOP))) {
      TrainingSections.requireCalibration(root.section("training"), settings);
      TrainingSections.requireTargets(root.section("training"), settings);
    }
    if (needs.contains(Need.COMPARISON)) {
      CompareSection.require(root, settings.compare(), settings);
      TrainingSections.requireTargets(root.section("training"), settings);
      UnlabelledSection.refuseInComparison(root, settings);
      TrainingSections.refusePlateau(root.section("training"), settings, "compare");
    }
    if (needs.contains(Need.TOP) || needs.contains(Need.TASK)) {
      NetworkSection.refuseUnitVariance(
          root.section("network"), settings.network(), settings.fineTune());
    }
    if (needs.contains(Need.TUNING)) {
      TuneSection.require(root, settings);
      TrainingSections.refusePlateau(root.section("training"), settings, "tune");
    }
    if (needs.contains(Need.TASK)) {
      TaskSection.require(
          root,
          settings.task(),
          settings.network(),
          settings.data(),
          settings.training(),
          problems);
    }
  }

  /** As far as the classes are known before the rows are read. */
  private void requirePositiveClass(Settings settings) {
    boolean classes = settings.data().labelKind() == LabelKind.CLASS;
    boolean known = !classes || !settings.data().labelClasses().isEmpty();
    if (known && settings.evaluation().positiveClass().isPresent()) {
      try {
        settings.evaluation().positiveIndex(classes ? settings.data().labelClasses() : List.of());
      } catch (StrataException e) {
        problems.add(e);
      }
    }
  }

  private static OutputSettings output(Section section) {
    return new OutputSettings(
        section.optionalText("dir"),
        section.choice("lease", OutputSettings.Lease.class),
        section.duration("lease-timeout"));
  }

  private static ZooSettings zoo(Section section) {
    return new ZooSettings(section.optionalText("path"), section.size("unpack-limit", COUNT));
  }

  private static InitSettings init(Section section) {
    Optional<String> from = section.optionalText("from");
    return new InitSettings(
        from, section.choice("optimizer-state", InitSettings.OptimizerState.class));
  }

  private static EvaluationSettings evaluation(Section section) {
    Section importance = section.section("importance");
    Section crops = section.section("crops");
    CropSettings views =
        new CropSettings(crops.integer("pixels", Range.NOT_NEGATIVE), crops.flag("flip"));
    int repeats = importance.integer("repeats", Range.NOT_NEGATIVE);
    if (repeats > 0 && !views.equals(CropSettings.NONE)) {
      crops.problem("the importance of columns is measured on rows as they are", "pixels", "0");
    }
    return EvaluationSettingsBuilder.builder()
        .part(section.choice("part", PARTS))
        .batchSize(section.integer("batch-size", COUNT))
        .rocSteps(section.integer("roc-steps", Range.NOT_NEGATIVE))
        .topK(section.integer("top-k", COUNT))
        .calibrationBins(section.integer("calibration-bins", COUNT))
        .crops(views)
        .samples(section.integer("samples", Range.NOT_NEGATIVE))
        .importance(new ImportanceSettings(repeats, importance.optionalText("metric")))
        .positiveClass(section.optionalText("positive-class"))
        .build();
  }

  private static ExtractSettings extract(Section section) {
    ExtractSettings settings =
        new ExtractSettings(
            section.texts("layers"),
            section.choice("column-type", ExtractSettings.ColumnType.class),
            section.flag("predictions"),
            section.flag("reconstruction-error"),
            section.integer("batch-size", COUNT),
            section.choice("bad-rows", ExtractSettings.BadRows.class),
            section.choice("write-mode", ExtractSettings.WriteMode.class),
            section.texts("partition-by"));
    if (settings.writeMode() == ExtractSettings.WriteMode.OVERWRITE_PARTITIONS
        && settings.partitionBy().isEmpty()) {
      section.problem(
          "overwrite-partitions needs partitions",
          "write-mode",
          "extract.partition-by, or write-mode = overwrite");
    }
    return settings;
  }

  private static MlflowSettings mlflow(Section section) {
    return new MlflowSettings(
        section.optionalText("tracking-uri"),
        section.text("experiment"),
        section.optionalText("run-name"),
        section.optionalText("registered-model"),
        section.optionalText("token"),
        section.duration("timeout"));
  }

  private static ReportSettings report(Section section) {
    return new ReportSettings(section.flag("layer-statistics"), section.flag("tensorboard"));
  }

  private static QuickstartSettings quickstart(Section section) {
    return new QuickstartSettings(
        section.integer("rows", COUNT),
        section.integer("classes", Range.atLeast(2)),
        section.integer("labels-per-class", COUNT));
  }
}
