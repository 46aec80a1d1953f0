package dev.strata.executor.step;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Running statistics of batch normalization, whose changes DL4J passes on in the place of
 * gradients. They are none: clipping neither counts nor changes them.
 */
final class KeptStatistics {
  private final Map<Trainable, List<INDArray>> changes = new IdentityHashMap<>();

  /** A view of a statistic's change, of a layer whose gradient is clipped. */
  void add(Trainable layer, INDArray change) {
    changes.computeIfAbsent(layer, any -> new ArrayList<>()).add(change);
  }

  boolean none() {
    return changes.isEmpty();
  }

  /** Clips a layer's gradient, for whose time the statistics' changes are 0. */
  void without(Trainable layer, Runnable clipping) {
    List<INDArray> views = changes.getOrDefault(layer, List.of());
    List<INDArray> kept = views.stream().map(INDArray::dup).toList();
    views.forEach(view -> view.assign(0));
    clipping.run();
    for (int i = 0; i < views.size(); i++) {
      views.get(i).assign(kept.get(i));
    }
  }
}
