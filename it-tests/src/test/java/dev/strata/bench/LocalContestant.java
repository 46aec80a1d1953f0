package dev.strata.bench;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** Two threads, each with a network of its own and half the minibatches: no averaging, no Spark. */
final class LocalContestant implements Contestant {
  private final List<DataSet> batches;
  private final List<MultiLayerNetwork> networks =
      List.of(BenchData.network(), BenchData.network());

  LocalContestant(BenchData data) {
    batches = data.minibatches();
  }

  @Override
  public void epoch() {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < networks.size(); t++) {
      int mine = t;
      Thread thread =
          new Thread(
              () -> {
                for (int i = mine; i < batches.size(); i += networks.size()) {
                  networks.get(mine).fit(batches.get(i));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
