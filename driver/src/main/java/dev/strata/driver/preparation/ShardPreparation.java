package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.file.Opening;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.split.Groups;
import dev.strata.driver.split.PartRule;
import dev.strata.driver.split.RowOrder;
import dev.strata.driver.split.SortedKeys;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitCounts;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.driver.split.SplitPlan;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.shard.BlockSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One preparation, step by step. */
final class ShardPreparation {
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkSession spark;
  private final DataSettings settings;
  private final String folder;
  private final int workers;
  private final long seed;
  private final Optional<GivenPreprocessing> given;
  private final Runnable makeRoom;
  private final Consumer<String> notice;
  private final String callersDescription;
  private long rowBytes;

  /**
   * @param makeRoom called once the sources are known to be sound, before the first file is written
   * @param notice takes one line for the user about how a source is read
   */
  ShardPreparation(
      SparkSession spark,
      DataSettings settings,
      String folder,
      int workers,
      long seed,
      Optional<GivenPreprocessing> given,
      Runnable makeRoom,
      Consumer<String> notice) {
    this.spark = spark;
    this.settings = settings;
    this.folder = folder;
    this.workers = workers;
    this.seed = seed;
    this.given = given;
    this.makeRoom = makeRoom;
    this.notice = notice;
    this.callersDescription = spark.sparkContext().getLocalProperty(DESCRIPTION);
  }

  /** Bytes of a row that the number of blocks was planned with. */
  long rowBytes() {
    return rowBytes;
  }

  PreparedData run() {
    try {
      return prepare();
    } finally {
      spark.sparkContext().setLocalProperty(DESCRIPTION, callersDescription);
    }
  }

  private PreparedData prepare() {
    describe("columns");
    SourceCheck.Sound sound =
        new SourceCheck(spark, settings, seed, given, notice, Opening.ALL).require();
    Map<Split, Dataset<Row>> sources = sound.sources();
    RowLayout layout = sound.layout();
    describe("order");
    JavaPairRDD<byte[], byte[]> sorted = sorted(sources, layout);
    List<SplitCounts> counts = count(sorted, PartRule.NONE, layout);
    SplitCounts all = SplitCounts.sum(counts);
    requireRows(all);
    // Rows of a group stand side by side whatever they hold.
    boolean duplicates = all.duplicates() > 0 && layout.group() == null;
    if (duplicates) {
      sorted = RowOrder.scattered(sorted, seed);
    }
    PartRule rule = rule(sorted, sources.containsKey(Split.TRAIN));
    if (duplicates || rule.keyed()) {
      counts = count(sorted, rule, layout);
      all = SplitCounts.sum(counts);
    }
    Map<String, Integer> groups = Groups.numbered(all.groups());
    PreprocessingDraft draft = new PreprocessingDraft(settings, layout, all, given);
    rowBytes = draft.rowBytes();
    SplitPlan plan = new SplitPlan(settings, rule, draft.strata(), counts, workers, rowBytes);
    if (fits() && plan.part(Split.TRAIN).rows() == 0) {
      throw Fitting.noTraining(all.rows());
    }
    JavaPairRDD<Long, byte[]> planned = RowOrder.planned(sorted, plan);
    describe("statistics");
    Preprocessing fitted =
        draft.fitted(
            plan.part(Split.TRAIN),
            () -> ShardBlocks.statistics(planned, plan, draft.layout(), settings),
            text -> WordCounting.of(planned, plan, text));
    Preprocessing preprocessing =
        settings.marginals() && fitted.vocabulary() == null
            ? fitted.withMarginals(ShardBlocks.marginals(planned, plan, fitted))
            : fitted;
    describe("blocks");
    makeRoom.run();
    Configuration hadoop = SparkCalls.hadoop(spark);
    List<BlockSpec> blocks =
        ShardBlocks.write(
            planned, plan, preprocessing, groups, folder, TaskConfiguration.of(hadoop));
    return new PartManifests(plan, all, preprocessing, folder).write(hadoop, blocks);
  }

  private SourceSettings source(Split part) {
    return switch (part) {
      case TRAIN -> settings.source();
      case VALIDATION -> settings.validation();
      case TEST -> settings.test();
    };
  }

  /** Whether training rows decide anything. */
  private boolean fits() {
    return given.map(GivenPreprocessing::ownLabel).orElse(true);
  }

  private JavaPairRDD<byte[], byte[]> sorted(Map<Split, Dataset<Row>> sources, RowLayout layout) {
    List<JavaPairRDD<byte[], byte[]>> rows = new ArrayList<>();
    sources.forEach(
        (part, source) -> {
          rows.add(SourceName.in(() -> canonical(part, source, layout), source(part)));
        });
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaPairRDD<byte[], byte[]> all = rows.get(0);
    for (JavaPairRDD<byte[], byte[]> more : rows.subList(1, rows.size())) {
      all = all.union(more);
    }
    return RowOrder.sorted(all, Math.max(context.defaultParallelism(), all.getNumPartitions()));
  }

  private JavaPairRDD<byte[], byte[]> canonical(Split part, Dataset<Row> source, RowLayout layout) {
    SplitKeyReader places =
        part == Split.TRAIN
            ? SplitKeyReader.of(source.schema(), settings, seed)
            : SplitKeyReader.of(part);
    return RowOrder.canonical(source, SourceRowReader.of(source.schema(), layout), places, seed);
  }

  private List<SplitCounts> count(
      JavaPairRDD<byte[], byte[]> sorted, PartRule rule, RowLayout layout) {
    // One more than have an element of their own tells that others share some.
    int categories = settings.encodings().categories().max() + 1;
    return RowOrder.count(sorted, rule, layout, categories);
  }

  private PartRule rule(JavaPairRDD<byte[], byte[]> sorted, boolean hasMain) {
    SplitSettings split = settings.split();
    boolean keyed = split.by() == SplitSettings.By.GROUP || split.by() == SplitSettings.By.TIME;
    if (!keyed || !hasMain) {
      return PartRule.NONE;
    }
    SortedKeys keys = RowOrder.keys(sorted, split.column().orElseThrow());
    return PartRule.of(
        keys.keys(),
        keys.rows(),
        settings.test().given() ? 0 : split.test(),
        settings.validation().given() ? 0 : split.validation());
  }

  private void requireRows(SplitCounts all) {
    if (all.rows() + all.droppedMissing() + all.droppedLabelMissing() != all.read()) {
      throw new IllegalStateException("rows were lost on the way: " + all);
    }
    if (all.rows() == 0) {
      throw SourceCheck.noRows(settings, all.read());
    }
  }

  private void describe(String step) {
    String caller = callersDescription == null ? "prepare" : callersDescription;
    spark.sparkContext().setJobDescription(caller + ": " + step);
  }
}
