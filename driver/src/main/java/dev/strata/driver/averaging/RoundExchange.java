package dev.strata.driver.averaging;

import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerResultBuilder;
import dev.strata.executor.round.WorkerState;
import java.io.Serializable;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * How a round's start reaches its tasks, and what they bring back the driver: the driver closes it
 * after the round.
 */
interface RoundExchange extends Serializable, AutoCloseable {
  /** For tasks: the state that all workers start from. */
  RoundStart start();

  /** For tasks: what Spark carries to the driver in the place of a result. */
  WorkerResult sent(WorkerResult result);

  /** For the driver: the result in whose place Spark brought this. */
  WorkerResult received(WorkerResult sent);

  @Override
  void close();

  /** Through Spark, where tasks run in other processes. */
  static RoundExchange broadcast(JavaSparkContext spark, RoundStart start) {
    return new Broadcasted(spark.broadcast(start));
  }

  /**
   * Within this process, where a local master runs its tasks: states are handed over as they are,
   * not written and read back. Nobody changes a state that was handed over.
   */
  static RoundExchange within(RoundStart start) {
    return Shared.of(start);
  }

  /** By Spark's broadcast there and as task results back. */
  record Broadcasted(Broadcast<RoundStart> broadcast) implements RoundExchange {
    @Override
    public RoundStart start() {
      return broadcast.value();
    }

    @Override
    public WorkerResult sent(WorkerResult result) {
      return result;
    }

    @Override
    public WorkerResult received(WorkerResult sent) {
      return sent;
    }

    @Override
    public void close() {
      broadcast.destroy();
    }
  }

  /** By a name under which this JVM knows the round until it is over. */
  record Shared(String name) implements RoundExchange {
    /** Named cache: the rounds that run in this JVM now. */
    private static final Map<String, Held> ROUNDS = new ConcurrentHashMap<>();

    private record Held(RoundStart start, Map<Integer, WorkerResult> results) {}

    static Shared of(RoundStart start) {
      Shared shared = new Shared(UUID.randomUUID().toString());
      ROUNDS.put(shared.name, new Held(start, new ConcurrentHashMap<>()));
      return shared;
    }

    @Override
    public RoundStart start() {
      return held().start();
    }

    @Override
    public WorkerResult sent(WorkerResult result) {
      if (result.stateMissing()) {
        return result;
      }
      held().results().put(result.worker(), result);
      StateVector none = StateVector.zeros(0);
      return WorkerResultBuilder.builder(result)
          .stateMissing(false)
          .parameters(none)
          .optimizerState(none)
          .state(WorkerState.NONE)
          .build();
    }

    @Override
    public WorkerResult received(WorkerResult sent) {
      return sent.stateMissing() ? sent : held().results().get(sent.worker());
    }

    @Override
    public void close() {
      ROUNDS.remove(name);
    }

    private Held held() {
      Held held = ROUNDS.get(name);
      if (held == null) {
        // A task that Spark had given up on, and that went on nevertheless.
        throw new IllegalStateException("the round is over");
      }
      return held;
    }
  }
}
