package dev.strata.driver.kryo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.file.ParquetColumns;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.device.Device;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerResultBuilder;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import dev.strata.executor.trial.TrialScore;
import dev.strata.executor.wordvectors.PairCounts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class StrataKryoRegistratorTest {
  @Test
  void aResultCrossesKryoThatKnowsOnlyRegisteredClasses() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", StrataKryoRegistrator.class.getName());
    SerializerInstance kryo = new KryoSerializer(conf).newInstance();
    StateVector parameters = StateVector.of(new float[] {1.5f, -2f});
    WorkerState own = new WorkerState(StateVector.of(new float[] {3}), new byte[] {4, 5});
    WorkerResult result =
        WorkerResultBuilder.builder()
            .worker(1)
            .stateMissing(false)
            .rows(256)
            .steps(2)
            .lossSum(0.5)
            .parameters(parameters)
            .optimizerState(StateVector.zeros(0))
            .state(own)
            .place("host")
            .device(new Device("1", Device.Backend.CPU))
            .products("OpenBLAS")
            .setupNanos(7)
            .trainNanos(8)
            .build();
    ClassTag<WorkerResult> tag = ClassTag$.MODULE$.apply(WorkerResult.class);
    ByteBuffer bytes = kryo.serialize(result, tag);
    WorkerResult back = kryo.deserialize(bytes, tag);
    assertThat(back.parameters().toFloats()).containsExactly(1.5f, -2f);
    assertThat(back.state().optimizerState().toFloats()).containsExactly(3f);
    assertThat(back.state().learnerState()).containsExactly(4, 5);
    assertThat(back.rows()).isEqualTo(256);
    assertThat(back.place()).isEqualTo("host");
    assertThat(back.device()).isEqualTo(result.device());
  }

  @Test
  void trialsAndTheirResultsCrossItToo() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", StrataKryoRegistrator.class.getName());
    SerializerInstance kryo = new KryoSerializer(conf).newInstance();
    NetworkConfiguration network = TestNetworks.plain(3, 2, new Sgd(0.1));
    TrialRows rows = new TrialRows(0, new int[] {4, 1});
    Trial trial =
        TrialBuilder.builder()
            .name("a")
            .network(network)
            .start(Trial.FRESH)
            .training(rows)
            .scoring(rows)
            .epochs(3)
            .batch(2)
            .scoreEvery(1)
            .seed(7)
            .unitVariance(List.of())
            .step(StepSettings.STOCK)
            .unlabelled(null)
            .build();
    TrialResult result = new TrialResult("a", List.of(new TrialScore(3, 0.5, 0.25)), false, 1, 2);
    ClassTag<Object> tag = ClassTag$.MODULE$.apply(Object.class);
    ParquetColumns columns =
        new ParquetColumns(
            "a",
            Map.of("at", true),
            List.of("u"),
            List.of(new ParquetColumns.Other("t", "t of type TIME")));
    assertThat(kryo.<Object>deserialize(kryo.serialize(columns, tag), tag)).isEqualTo(columns);
    PairCounts pairs = new PairCounts(new long[] {1, 2}, new long[] {3, 4});
    PairCounts pairsBack = (PairCounts) kryo.<Object>deserialize(kryo.serialize(pairs, tag), tag);
    assertThat(pairsBack.keys()).containsExactly(1, 2);
    assertThat(pairsBack.counts()).containsExactly(3, 4);
    Object trialBack = kryo.deserialize(kryo.serialize(trial, tag), tag);
    Object resultBack = kryo.deserialize(kryo.serialize(result, tag), tag);
    assertThat(trialBack).isEqualTo(trial);
    assertThat(resultBack).isEqualTo(result);
  }
}
