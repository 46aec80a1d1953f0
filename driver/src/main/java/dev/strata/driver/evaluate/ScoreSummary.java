package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.EvaluationResult.ColumnMetrics;
import dev.strata.executor.inference.SliceScores;
import dev.strata.executor.inference.SliceScores.BlockSums;
import dev.strata.executor.inference.SpreadSums;
import dev.strata.executor.inference.ValueSums;
import dev.strata.executor.metric.ClassSums;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ShardManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Puts together what the tasks found: counts are added, sums are added in block order. */
final class ScoreSummary {
  private final ShardManifest manifest;
  private final OptionalInt positive;

  /**
   * @param positive class; empty where there is none
   */
  ScoreSummary(ShardManifest manifest, OptionalInt positive) {
    this.manifest = manifest;
    this.positive = positive;
  }

  EvaluationResult of(List<SliceScores> slices) {
    List<BlockSums> blocks =
        slices.stream()
            .flatMap(slice -> slice.blocks().stream())
            .sorted(Comparator.comparingInt(BlockSums::index))
            .toList();
    double loss = 0;
    double weight = 0;
    for (BlockSums block : blocks) {
      loss += block.loss();
      weight += block.weight();
    }
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("loss", loss / weight);
    SpreadSums spread = new SpreadSums();
    blocks.stream().map(BlockSums::spread).filter(Objects::nonNull).forEach(spread::merge);
    spread.addTo(metrics);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    return label.holdsClasses() ? ofClasses(slices, metrics) : ofValues(label, blocks, metrics);
  }

  private EvaluationResult ofClasses(List<SliceScores> slices, Map<String, Double> metrics) {
    ClassSums sums = slices.get(0).classes().orElseThrow();
    slices.stream().skip(1).forEach(slice -> sums.merge(slice.classes().orElseThrow()));
    ClassSummary summary = new ClassSummary(manifest.classes(), positive, sums);
    summary.addTo(metrics);
    List<Baseline> baselines = summary.baselines().all();
    return EvaluationResultBuilder.builder()
        .part(manifest.split())
        .rows(manifest.rows())
        .metrics(metrics)
        .classes(summary.classes())
        .curves(summary.curves())
        .columns(List.of())
        .calibration(summary.calibration())
        .baselines(baselines)
        .warnings(EvaluationWarnings.of(summary.baselines().neverPredicted(), baselines))
        .confusion(Optional.of(summary.confusion()))
        .positive(summary.positive())
        .positiveClass(summary.positiveClass())
        .build();
  }

  private EvaluationResult ofValues(
      ArraySpec label, List<BlockSums> blocks, Map<String, Double> metrics) {
    ValueSums sums = new ValueSums(label.rowLength());
    blocks.forEach(block -> sums.merge(block.values()));
    List<ColumnMetrics> columns = new ArrayList<>();
    for (int column = 0; column < label.rowLength(); column++) {
      columns.add(
          new ColumnMetrics(
              name(label, column), sums.rmse(column), sums.mae(column), finite(sums.r2(column))));
    }
    putDefined(metrics, "rmse", mean(columns.stream().map(ColumnMetrics::rmse).toList()));
    putDefined(metrics, "mae", mean(columns.stream().map(ColumnMetrics::mae).toList()));
    putDefined(metrics, "r2", mean(columns.stream().flatMap(c -> c.r2().stream()).toList()));
    List<Baseline> baselines = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      mean(columns.get(column), sums.rmseOfMean(column)).ifPresent(baselines::add);
    }
    return EvaluationResultBuilder.builder()
        .part(manifest.split())
        .rows(manifest.rows())
        .metrics(metrics)
        .classes(List.of())
        .curves(List.of())
        .columns(columns)
        .calibration(List.of())
        .baselines(baselines)
        .warnings(EvaluationWarnings.of(Optional.empty(), baselines))
        .build();
  }

  /** The column's mean over the rows, which R² compares with; empty where there is no R². */
  private static Optional<Baseline> mean(ColumnMetrics column, double rmseOfMean) {
    return column
        .r2()
        .filter(r2 -> Double.isFinite(rmseOfMean) && Double.isFinite(column.rmse()))
        .map(
            r2 ->
                new Baseline(
                    "the mean of " + column.name(), "rmse", rmseOfMean, column.rmse(), r2 <= 0));
  }

  private String name(ArraySpec label, int column) {
    return manifest.columns().stream()
        .filter(c -> c.array().equals(label.name()))
        .filter(c -> column >= c.offset() && column < c.offset() + c.width())
        .map(c -> c.width() == 1 ? c.name() : c.name() + "[" + (column - c.offset()) + "]")
        .findFirst()
        .orElse(label.name() + "[" + column + "]");
  }

  /** Mean of a list; empty for the empty one. */
  static Optional<Double> mean(List<Double> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(values.stream().reduce(0.0, Double::sum) / values.size());
  }

  static Optional<Double> finite(double value) {
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  private static void putDefined(Map<String, Double> metrics, String name, Optional<Double> value) {
    value.filter(Double::isFinite).ifPresent(v -> metrics.put(name, v));
  }
}
