package dev.strata.jobs;

import dev.strata.driver.check.AuxiliaryDryRun;
import dev.strata.driver.check.DataCheck;
import dev.strata.driver.check.DataFiles;
import dev.strata.driver.check.MemoryDryRun;
import dev.strata.driver.check.NetworkLook;
import dev.strata.driver.check.PretrainDryRun;
import dev.strata.driver.check.RoundDryRun;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.finetune.FineTunePlan;
import dev.strata.driver.job.CompareJob;
import dev.strata.driver.job.DataDryRun;
import dev.strata.driver.job.FineTuneJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NetworkFactory;
import dev.strata.driver.job.TuneJob;
import dev.strata.driver.wordvectors.PretrainedVectors;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkReport;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobOptions;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/**
 * {@code strata check}: everything that can be told before the job runs: what is configured, what
 * is wrong with it or with the data's columns and first rows, and the shapes, memory and rounds
 * that follow from it.
 */
final class CheckCommand implements Job {
  private final DataOption option = new DataOption();
  private List<String> looked = List.of();

  /** {@code --data}. */
  private static final class DataOption implements JobOptions {
    @Option(
        names = "--data",
        description =
            "Send training rows through the new network: outputs and gradients of each layer. Reads"
                + " all rows; with an output folder, also writes check.html there.")
    private boolean given;
  }

  @Override
  public Optional<JobOptions> options() {
    return Optional.of(option);
  }

  @Override
  public String name() {
    return "check";
  }

  @Override
  public String description() {
    return "Checks configuration and data and reports all problems; estimates memory and rounds.";
  }

  /**
   * As train; a configuration that names a model is one for evaluate or extract and needs no
   * network, unless the section fine-tune says how to train it; one that names layers to pretrain
   * needs neither network nor label, but may have both; one that names an auxiliary task needs its
   * lower layers and no label; one that says how to compare methods needs a label and no output
   * layer; one that says what to tune is as for train.
   */
  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    Map<String, String> keys = configuration.flat();
    boolean evaluates = isEvaluation(configuration);
    EnumSet<Need> needs = EnumSet.of(evaluates ? Need.ROWS : Need.DATA);
    if (CompareJob.isMeant(configuration.differences().keySet())) {
      needs.addAll(EnumSet.of(Need.LABEL, Need.COMPARISON));
      return needs;
    }
    if (TuneJob.isMeant(configuration.differences().keySet())) {
      needs.addAll(EnumSet.of(Need.LABEL, Need.NETWORK, Need.TUNING));
      return needs;
    }
    if (!"[]".equals(keys.get("pretrain.layers"))) {
      needs.add(Need.PRETRAINING);
    }
    boolean network =
        !"[]".equals(keys.get("network.layers")) || !"null".equals(keys.get("network.dl4j-json"));
    boolean usesModel = !keys.get("model").equals("null");
    if (usesModel && FineTuneJob.isMeant(configuration.differences().keySet())) {
      needs.addAll(EnumSet.of(Need.LABEL, Need.TOP));
    } else if (usesModel) {
      needs.add(Need.ENSEMBLE);
    }
    if (AuxiliaryDryRun.isMeant(keys)) {
      needs.add(Need.TASK);
    } else if (!usesModel && (network || !needs.contains(Need.PRETRAINING))) {
      needs.addAll(EnumSet.of(Need.LABEL, Need.NETWORK));
    }
    return needs;
  }

  private static boolean isEvaluation(ResolvedConfiguration configuration) {
    Set<String> given = configuration.differences().keySet();
    return !"null".equals(configuration.flat().get("model"))
        && !FineTuneJob.isMeant(given)
        && given.stream().noneMatch(key -> key.startsWith("extract."));
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public void inspect(JobContext context, Problems problems) {
    Settings settings = context.settings();
    boolean possible = DataCheck.isPossible(settings, problems);
    inspect(settings, context.hadoop(), problems);
    if (possible) {
      looked = DataCheck.inspect(context, problems);
    } else {
      DataFiles.inspect(settings.data(), context.hadoop(), problems);
    }
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (settings.model().isEmpty() && settings.init().from().isEmpty()) {
      try {
        PretrainedVectors.check(hadoop, settings.network());
      } catch (StrataException e) {
        problems.add(e);
      }
    }
    if (CompareJob.isMeant(settings)) {
      return;
    }
    boolean supervised = settings.model().isEmpty() && settings.task().type().isEmpty();
    if (problems.isEmpty() && supervised) {
      try {
        new NetworkFactory(hadoop, settings).outlook(DataDryRun.of(hadoop, settings));
      } catch (StrataException e) {
        problems.add(e);
      }
    } else if (problems.isEmpty() && FineTuneJob.isMeant(settings)) {
      FineTuneJob.check(settings, hadoop, problems);
    }
  }

  @Override
  public void run(JobContext context) {
    PrintStream out = context.out();
    Settings settings = context.settings();
    out.println("Configuration (settings that differ from the defaults):");
    context
        .configuration()
        .differences()
        .forEach((key, value) -> out.println("  " + key + " = " + value));
    DataDryRun outlook = DataDryRun.of(context.hadoop(), settings);
    out.println("\nData:");
    DataFiles.lines(settings.data(), context.hadoop()).forEach(line -> out.println("  " + line));
    looked.forEach(line -> out.println("  " + line));
    outlook.lines().forEach(line -> out.println("  " + line));
    if (!settings.pretrain().layers().isEmpty()) {
      new PretrainDryRun(settings, outlook).print(out);
    }
    Optional<AuxiliaryDryRun> task = AuxiliaryDryRun.of(context.hadoop(), settings, outlook);
    task.ifPresent(
        t -> {
          t.lines().forEach(out::println);
          boolean trains = settings.task().type().orElseThrow().trains();
          t.network()
              .map(n -> new TrainingOutlook(settings, n, outlook, false))
              .ifPresent(trains ? n -> n.print(out) : n -> n.printShapes(out));
        });
    NetworkFactory networks = new NetworkFactory(context.hadoop(), settings);
    boolean trains = networks.configured() || settings.pretrain().layers().isEmpty();
    boolean compares = CompareJob.isMeant(settings);
    if (compares) {
      out.println("\nComparison:\n  " + CompareJob.words(settings));
    }
    if (TuneJob.isMeant(settings)) {
      out.println("\nTuning:\n  " + TuneJob.words(settings));
    }
    if (settings.model().isEmpty() && task.isEmpty() && trains && !compares) {
      Optional<NetworkConfiguration> network = networks.outlook(outlook);
      if (network.isPresent() || !option.given) {
        out.println("\nNetwork:");
      }
      if (network.isPresent()) {
        boolean newWeights = settings.init().from().isEmpty() && !TuneJob.isMeant(settings);
        new TrainingOutlook(settings, network.get(), outlook, newWeights).print(out);
      } else if (!option.given) {
        out.println(
            "  Shapes are unknown until the data is prepared: run strata prepare, then check"
                + " again; or add --data.");
      }
    }
    if (option.given) {
      look(context, trains && task.isEmpty() && !compares);
    }
    if (FineTuneJob.isMeant(settings)) {
      FineTunePlan plan = FineTuneJob.plan(context.hadoop(), settings);
      out.println("\nFine-tuning:");
      out.println("  " + FineTuneJob.words(settings, plan));
      if (settings.fineTune().search().asked()) {
        out.println("  This is the network before fine-tune.search chooses one.");
      }
      if (outlook.outputWidth().isEmpty()) {
        out.println("  The width of the output is unknown until the data is prepared.");
      }
      boolean newWeights = !settings.fineTune().reuseOutput();
      new TrainingOutlook(settings, plan.first().trained(), outlook, newWeights).print(out);
    }
    out.println("\nNo problems found.");
    out.flush();
  }

  /**
   * @param trains whether the configuration trains a network on labelled rows
   */
  private static void look(JobContext context, boolean trains) {
    Settings settings = context.settings();
    boolean fresh = settings.model().isEmpty() && settings.init().from().isEmpty();
    if (!trains || !fresh || settings.data().label().isEmpty()) {
      throw StrataException.configuration("check --data looks at a new network of train")
          .key("network.layers")
          .found("no new network on labelled rows")
          .expected("network.layers and data.label, without model, init.from, task and compare")
          .build();
    }
    context.out().println("\nNetwork before training:");
    new NetworkLook(context).lines().forEach(line -> context.out().println("  " + line));
  }

  /** Memory and rounds of training. */
  private record TrainingOutlook(
      Settings settings, NetworkConfiguration network, DataDryRun data, boolean newWeights) {
    /** Of a network whose parameters are computed at once. */
    void printShapes(PrintStream out) {
      network.describe().text().lines().forEach(line -> out.println("  " + line));
    }

    void print(PrintStream out) {
      printShapes(out);
      NetworkReport report = network.describe();
      int batch = settings.training().workerBatch();
      int workers = settings.training().workers();
      out.println("\nMemory (float32):");
      new MemoryDryRun(
              report.parameterBytes(),
              report.optimizerBytes(),
              report.activationBytes(batch),
              workers)
          .lines()
          .forEach(line -> out.println("  " + line));
      out.println("\nTraining:");
      if (settings.network().updater().isFullBatch()) {
        out.printf(
            "  %s, minibatches of %s each, %s: each is one evaluation of all rows by l-bfgs%n",
            Counted.of(workers, "worker"),
            Counted.of(batch, "row"),
            Counted.of(settings.training().epochs(), "epoch"));
        return;
      }
      out.printf(
          "  %s, minibatches of %s each, averaged every %d, %s%n",
          Counted.of(workers, "worker"),
          Counted.of(batch, "row"),
          settings.averaging().every(),
          Counted.of(settings.training().epochs(), "epoch"));
      step().ifPresent(reason -> out.println("  steps take DL4J's slower way: " + reason));
      if (FineTuneJob.unlabelled(settings).isPresent()) {
        out.println("  rounds per epoch: by the number of unlabelled rows");
        return;
      }
      data.trainRows()
          .ifPresent(
              rows ->
                  RoundDryRun.lines(settings.averaging(), settings.training(), rows)
                      .forEach(line -> out.println("  " + line)));
      if (newWeights) {
        data.trainRows().stream()
            .mapToObj(rows -> RoundDryRun.fewSteps(settings.training(), rows))
            .flatMap(Optional::stream)
            .forEach(warning -> out.println("  Warning: " + warning + "."));
      }
    }

    private Optional<String> step() {
      try (NetworkLearner learner =
          new NetworkLearnerSpec(network, settings.engine().step()).create()) {
        return learner.fitReason();
      }
    }
  }
}
