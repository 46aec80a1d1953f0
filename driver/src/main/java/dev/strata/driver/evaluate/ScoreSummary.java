package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.EvaluationResult.ClassMetrics;
import dev.strata.driver.evaluate.EvaluationResult.ColumnMetrics;
import dev.strata.driver.evaluate.EvaluationResult.ConfusionMatrix;
import dev.strata.executor.inference.SliceScores;
import dev.strata.executor.inference.SliceScores.BlockSums;
import dev.strata.executor.inference.ValueSums;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ShardManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.nd4j.evaluation.classification.Evaluation;

/** Puts together what the tasks found: counts are added, sums are added in block order. */
final class ScoreSummary {
  private final ShardManifest manifest;
  private final int rocSteps;

  ScoreSummary(ShardManifest manifest, int rocSteps) {
    this.manifest = manifest;
    this.rocSteps = rocSteps;
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
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    return label.holdsClasses()
        ? ofClasses(slices, blocks, metrics)
        : ofValues(label, blocks, metrics);
  }

  private EvaluationResult ofClasses(
      List<SliceScores> slices, List<BlockSums> blocks, Map<String, Double> metrics) {
    Evaluation evaluation = slices.get(0).evaluation().orElseThrow();
    slices.stream().skip(1).forEach(slice -> evaluation.merge(slice.evaluation().orElseThrow()));
    List<String> names = manifest.classes();
    RankCurves curves =
        rocSteps > 0 ? RankCurves.ofCounts(names, slices) : RankCurves.ofScores(names, blocks);
    putDefined(metrics, "accuracy", Optional.of(evaluation.accuracy()));
    putDefined(metrics, "precision", Optional.of(evaluation.precision()));
    putDefined(metrics, "recall", Optional.of(evaluation.recall()));
    putDefined(metrics, "f1", Optional.of(evaluation.f1()));
    putDefined(metrics, "roc-auc", curves.rocAuc());
    putDefined(metrics, "pr-auc", curves.prAuc());
    return new EvaluationResult(
        manifest.split(),
        manifest.rows(),
        metrics,
        IntStream.range(0, names.size()).mapToObj(c -> ofClass(evaluation, curves, c)).toList(),
        Optional.of(confusion(evaluation, names)),
        curves.drawn(),
        List.of());
  }

  private ClassMetrics ofClass(Evaluation evaluation, RankCurves curves, int ofClass) {
    return new ClassMetrics(
        manifest.classes().get(ofClass),
        evaluation.getConfusion().getActualTotal(ofClass),
        evaluation.getConfusion().getPredictedTotal(ofClass),
        evaluation.precision(ofClass, 0),
        evaluation.recall(ofClass, 0),
        evaluation.f1(ofClass),
        curves.rocAuc(ofClass),
        curves.prAuc(ofClass));
  }

  private static ConfusionMatrix confusion(Evaluation evaluation, List<String> names) {
    List<List<Long>> counts = new ArrayList<>();
    for (int actual = 0; actual < names.size(); actual++) {
      List<Long> row = new ArrayList<>();
      for (int predicted = 0; predicted < names.size(); predicted++) {
        row.add((long) evaluation.getConfusion().getCount(actual, predicted));
      }
      counts.add(row);
    }
    return new ConfusionMatrix(names, counts);
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
    return new EvaluationResult(
        manifest.split(),
        manifest.rows(),
        metrics,
        List.of(),
        Optional.empty(),
        List.of(),
        columns);
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
