package dev.strata.driver.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.file.ParquetColumns;
import dev.strata.executor.auxiliary.BlockEmbeddings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.image.ImageSlice;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundPhase;
import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.SlicePart;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.wordvectors.PairCounts;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers with Kryo what Strata's jobs move, so that {@code spark.kryo.registrationRequired =
 * true} works.
 *
 * <p>Our records are written by Java's own serialisation inside Kryo: Kryo 4 cannot write the final
 * fields of records, and what is large in them are arrays, which Java writes in one piece.
 */
public final class StrataKryoRegistrator implements KryoRegistrator {
  private static final List<Class<?>> BY_JAVA =
      List.of(
          BlockEmbeddings.class,
          EpochPlan.class,
          ImageSlice.class,
          PairCounts.class,
          ParquetColumns.class,
          ParquetColumns.Other.class,
          ParquetColumns.Footer.class,
          RoundPhase.class,
          RoundStart.class,
          RoundTask.class,
          ShardSet.class,
          SlicePart.class,
          StateVector.class,
          StrataException.class,
          TrainingState.class,
          Trial.class,
          TrialResult.class,
          WorkerResult.class,
          WorkerState.class);

  /** Arrays that Spark makes of results and of tasks' elements. */
  private static final List<Class<?>> ARRAYS =
      List.of(
          byte[][].class,
          Object[].class,
          RoundTask[].class,
          StateVector[].class,
          WorkerResult[].class);

  @Override
  public void registerClasses(Kryo kryo) {
    BY_JAVA.forEach(type -> kryo.register(type, new JavaSerializer()));
    ARRAYS.forEach(kryo::register);
  }
}
