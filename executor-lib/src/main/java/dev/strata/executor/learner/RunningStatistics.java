package dev.strata.executor.learner;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Positions of the running statistics of a network's batch normalization. */
public final class RunningStatistics {
  private static final Pattern MEAN =
      Pattern.compile("(.*[_.])" + BatchNormalizationParamInitializer.GLOBAL_MEAN);

  private RunningStatistics() {}

  /**
   * The segments that batch normalisations keep their running statistics in, found by the names of
   * DL4J's parameters ({@code 1_mean}, {@code 1_var} or {@code 1_log10stdev}; within a residual
   * block {@code 1_0.mean} and so on).
   */
  public static List<PooledStatistics> of(Model model) {
    long start = model.params().offset();
    Map<String, INDArray> table = model.paramTable();
    List<PooledStatistics> found = new ArrayList<>();
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      Matcher mean = MEAN.matcher(entry.getKey());
      if (!mean.matches()) {
        continue;
      }
      String layer = mean.group(1);
      INDArray logDeviation = table.get(layer + BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
      INDArray variance = table.get(layer + BatchNormalizationParamInitializer.GLOBAL_VAR);
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
