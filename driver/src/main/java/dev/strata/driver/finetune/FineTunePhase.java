package dev.strata.driver.finetune;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.round.StateVector;
import java.util.Optional;

/**
 * A part of training in which the same layers are frozen.
 *
 * @param name part of every seed; a folder's name where there are several phases
 * @param frozen how many of the lowest layers keep their parameters
 * @param begin epochs finished before
 * @param end epochs finished after
 * @param network the whole of it, as it is trained in this phase
 * @param cut above the frozen layers; absent where everything is trained
 */
public record FineTunePhase(
    String name,
    int frozen,
    int begin,
    int end,
    NetworkConfiguration network,
    Optional<NetworkCut> cut) {

  /** What is trained: all layers, or those above the frozen ones. */
  public NetworkConfiguration trained() {
    return cut.map(NetworkCut::upper).orElse(network);
  }

  /** Of the whole network's parameters those that are trained. */
  public StateVector trained(StateVector whole) {
    long lower = lowerParameters();
    return whole.part(lower, whole.length() - lower);
  }

  /** Of the whole network's parameters those of the frozen layers. */
  public StateVector frozen(StateVector whole) {
    return whole.part(0, lowerParameters());
  }

  /**
   * The whole network's parameters: the frozen ones, bit for bit, and those that were trained.
   *
   * @param before of the whole network
   */
  public StateVector whole(StateVector before, StateVector trained) {
    return frozen(before).followedBy(trained);
  }

  private long lowerParameters() {
    return cut.map(NetworkCut::lowerParameters).orElse(0L);
  }
}
