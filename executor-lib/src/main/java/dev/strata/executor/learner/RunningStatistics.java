package dev.strata.executor.learner;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Positions of the running statistics of a network's batch normalization. */
public final class RunningStatistics {
  private RunningStatistics() {}

  /**
   * The segments that batch normalisations keep their running statistics in, found by the names of
   * DL4J's parameters ({@code 1_mean}, {@code 1_var} or {@code 1_log10stdev}).
   */
  public static List<PooledStatistics> of(Model model) {
    long start = model.params().offset();
    Map<String, INDArray> table = model.paramTable();
    List<PooledStatistics> found = new ArrayList<>();
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      String suffix = "_" + BatchNormalizationParamInitializer.GLOBAL_MEAN;
      if (!entry.getKey().endsWith(suffix)) {
        continue;
      }
      String layer = entry.getKey().substring(0, entry.getKey().length() - suffix.length());
      INDArray logDeviation =
          table.get(layer + "_" + BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
      INDArray variance = table.get(layer + "_" + BatchNormalizationParamInitializer.GLOBAL_VAR);
      INDArray spread = logDeviation != null ? logDeviation : variance;
      if (spread != null) {
        found.add(
            new PooledStatistics(
                entry.getValue().offset() - start,
                spread.offset() - start,
                (int) spread.length(),
                logDeviation != null));
      }
    }
    return Collections.unmodifiableList(found);
  }
}
