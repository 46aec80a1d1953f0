package dev.strata.driver.job;

import dev.strata.driver.comparison.Advice;
import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.ComparisonTable;
import dev.strata.driver.comparison.FoldedScores;
import dev.strata.driver.comparison.LearningCurves;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.comparison.MethodScores;
import dev.strata.driver.comparison.SimpleTrials;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.report.HtmlReport;
import dev.strata.driver.report.ReportBuilder;
import dev.strata.driver.report.ReportContent;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import dev.strata.driver.simple.SparkMl;
import dev.strata.driver.teacher.TeacherSettings;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What pays on a user's rows: networks with new weights, pretrained networks and Spark ML's simple
 * models on the same folds of the labelled rows, and a sentence that says which one to use.
 */
public final class CompareJob implements RunJob {
  /** What the output's table is called. */
  public static final String TABLE = "comparison.txt";

  /** Scores by numbers of labelled rows, for programs. */
  static final String CURVE = "learning-curve.json";

  /** The advice, for programs. */
  static final String ADVICE = "recommendation.json";

  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(CompareJob::reads, settings -> RepeatPolicy.Longer.NOTHING);

  /**
   * For programs.
   *
   * @param method as in {@code compare.methods}
   * @param gained whether a network is better than the best simple method
   * @param configuration file that trains it on all labelled rows; absent where it is no network
   */
  record Recommendation(
      String method, boolean gained, Optional<String> configuration, String sentence) {}

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.COMPARISON);
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (settings.compare().methods().stream().anyMatch(Method::fitsModels)) {
      SparkMl.missing(
              "which fits the simple methods and the teacher",
              "compare.methods",
              "methods without them")
          .ifPresent(problems::add);
    }
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  /** Whether a configuration is for comparing: by the keys it gives. */
  public static boolean isMeant(Set<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith("compare."));
  }

  /** As {@link #isMeant(Set)}, by what was read. */
  public static boolean isMeant(Settings settings) {
    return !settings.compare().equals(CompareSettings.defaults());
  }

  /** What would be tried, in a sentence. */
  public static String words(Settings settings) {
    CompareSettings compare = settings.compare();
    return "%s in %d folds%s: %s."
        .formatted(
            Counted.of(compare.methods().size(), "method"),
            compare.folds(),
            compare.repeats() == 1 ? "" : ", %d times".formatted(compare.repeats()),
            compare.methods().stream().map(Method::text).collect(Collectors.joining(", ")));
  }

  private static void reads(JobInputs inputs) {
    inputs.data();
    inputs
        .settings()
        .compare()
        .unlabelled()
        .path()
        .forEach(path -> inputs.file("compare.unlabelled.path", Optional.of(path)));
  }

  @Override
  public RunResult work(ManagedRun run) {
    return new Comparing(run).run();
  }

  private static final class Comparing {
    private final ManagedRun run;
    private final CompareSettings settings;
    private final ComparedConfigurations configurations;
    private final ComparedNetworks networks;
    private final ComparedTeacher teacher;
    private final long begun = System.nanoTime();
    private final List<MethodScores> tried = new ArrayList<>();
    private final Map<Method, ComparedNetworks.Tuning> tunings = new EnumMap<>(Method.class);
    private final List<String> failed = new ArrayList<>();
    private boolean diverged;

    Comparing(ManagedRun run) {
      this.run = run;
      this.settings = run.settings().compare();
      this.configurations = new ComparedConfigurations(run);
      this.networks = new ComparedNetworks(run, configurations);
      this.teacher = new ComparedTeacher(run, configurations, networks);
    }

    RunResult run() {
      ComparedNetworks.Tuning plain = networks.plain();
      SimpleTrials simple =
          new SimpleTrials(run.context().spark(), plain.rows(), settings, run.settings().seed());
      FoldedScores constant = simple.constant();
      for (Method method : settings.methods()) {
        run.context().notice("%nMethod %s".formatted(method.text()));
        if (method.network()) {
          network(method, plain);
        } else {
          Path folder = new Path(run.folder().search(), method.text());
          simple.run(method, folder, run.lock(), run.context()::notice).ifPresent(tried::add);
        }
      }
      if (tried.isEmpty()) {
        throw noResult();
      }
      return finished(constant, simple);
    }

    private StrataException noResult() {
      String what = "no method of compare gave a result";
      return (diverged ? StrataException.diverged(what) : StrataException.configuration(what))
          .key("compare.methods")
          .found(failed.isEmpty() ? words(run.settings()) : String.join("; ", failed))
          .expected("a method that can be trained on these rows")
          .build();
    }

    /**
     * A network that diverges is left out, with a notice; so is one that these rows do not suit.
     */
    private void network(Method method, ComparedNetworks.Tuning plain) {
      try {
        Optional<String> obstacle =
            switch (method) {
              case TEACHER -> ComparedTeacher.obstacle(run.settings());
              case SEMI_SUPERVISED -> ComparedNetworks.semiSupervisedObstacle(run.settings());
              default -> Optional.empty();
            };
        if (obstacle.isPresent()) {
          leaveOut(method, obstacle.get());
        } else if (method == Method.TEACHER) {
          tried.add(teacher.scores(plain));
        } else {
          ComparedNetworks.Tuning tuning =
              switch (method) {
                case SCRATCH -> plain;
                case SEMI_SUPERVISED -> networks.semiSupervised(plain);
                default -> networks.pretrained(method);
              };
          tunings.put(method, tuning);
          tried.add(networks.scores(method, tuning));
        }
      } catch (StrataException e) {
        boolean few =
            method == Method.TEACHER && e.key().equals(Optional.of(TeacherSettings.LABELLED));
        if (e.kind() != FailureKind.DIVERGED && !few) {
          throw e;
        }
        diverged |= !few;
        leaveOut(method, e.getMessage());
      }
    }

    private void leaveOut(Method method, String reason) {
      failed.add(method.text() + ": " + reason);
      run.context().notice("  " + method.text() + " is left out: " + reason);
    }

    private RunResult finished(FoldedScores constant, SimpleTrials simple) {
      Advice advice = Advice.of(tried, constant, settings.metric(), simple.classes() == 2);
      Method use = advice.use().method();
      Optional<String> file =
          use.network()
              ? Optional.of(configurations.file(use.text()).toString())
              : Optional.empty();
      String sentence = advice.sentence() + file.map(name -> " Configuration: " + name).orElse("");
      ComparisonTable table = new ComparisonTable(tried, constant, settings.metric());
      write(TABLE, table.text() + "\n" + sentence + "\n");
      write(ADVICE, Json.pretty(new Recommendation(use.text(), advice.gained(), file, sentence)));
      if (use == Method.TEACHER) {
        teacher.pretrainOnAll();
      }
      LearningCurves curves = new ComparedCurves(run, networks, simple, tunings).of(tried, advice);
      String curve = curves.isEmpty() ? "" : "\n" + curves.text() + lines(curves.legend());
      if (!curves.isEmpty()) {
        write(TABLE, table.text() + curve + "\n" + sentence + "\n");
        write(CURVE, Json.pretty(curves.values()));
      }
      PrintStream out = run.context().out();
      out.println();
      out.print(table.text());
      table.legend().forEach(out::println);
      out.print(curve);
      out.println();
      out.println(sentence);
      RunResult result = result(constant);
      report(result, table, curves, sentence);
      return result;
    }

    private static String lines(List<String> lines) {
      return String.join("\n", lines) + "\n";
    }

    private void write(String name, String text) {
      OutputFiles.write(run.context().hadoop(), new Path(run.folder().folder(), name), text);
    }

    private RunResult result(FoldedScores constant) {
      Map<String, Map<String, Double>> metrics = new TreeMap<>();
      metrics.put("constant", metrics(constant));
      for (MethodScores one : tried) {
        Map<String, Double> own = metrics(one.scores());
        own.put("seconds", one.seconds());
        metrics.put(one.method().text(), own);
      }
      return RunResultBuilder.builder(ModelResults.withoutModel(run, metrics, begun))
          .trainSeconds(tried.stream().mapToDouble(MethodScores::seconds).sum())
          .warnings(failed)
          .build();
    }

    private static Map<String, Double> metrics(FoldedScores scores) {
      Map<String, Double> metrics = new TreeMap<>();
      FoldedScores.Estimate error = scores.score(SearchSettings.Metric.ERROR);
      metrics.put("error", error.mean());
      metrics.put("error-standard-error", error.standardError());
      FoldedScores.Estimate loss = scores.score(SearchSettings.Metric.LOSS);
      metrics.put("loss", loss.mean());
      metrics.put("loss-standard-error", loss.standardError());
      return metrics;
    }

    private void report(
        RunResult result, ComparisonTable table, LearningCurves curves, String sentence) {
      if (!run.context().reports()) {
        return;
      }
      ResolvedConfiguration configuration = run.context().configuration();
      ReportBuilder report =
          new ReportBuilder("strata " + result.job())
              .fact("Run", run.runId())
              .fact("Advice", sentence)
              .result(result)
              .table(
                  new ReportContent.Table(
                      "Methods", table.columns(), table.rows(), String.join(" ", table.legend())))
              .configuration(configuration.differences(), configuration.flat());
      if (!curves.isEmpty()) {
        report
            .chart(ComparedCurves.chart(curves))
            .table(
                new ReportContent.Table(
                    "Learning curve",
                    curves.columns(),
                    curves.rows(),
                    String.join(" ", curves.legend())));
      }
      HtmlReport.write(run.context().hadoop(), run.folder().reportFile(), report.build());
    }
  }
}
