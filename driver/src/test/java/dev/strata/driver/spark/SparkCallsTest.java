package dev.strata.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.collection.JavaConverters;

/** The calls on the Spark of this class path; the tests of processes make them on the others. */
class SparkCallsTest {
  @Test
  void placesElements() {
    SparkContext spark = LocalSpark.session().sparkContext();

    RDD<String> placed =
        SparkCalls.placed(
            spark,
            String.class,
            List.of(new Tuple2<>("a", List.of("host")), new Tuple2<>("b", List.of())));

    assertThat(placed.getNumPartitions()).isEqualTo(2);
    assertThat(JavaConverters.seqAsJavaList(placed.preferredLocations(placed.partitions()[0])))
        .containsExactly("host");
    assertThat(placed.toJavaRDD().collect()).containsExactly("a", "b");
  }

  @Test
  void givesSparkTheExitCode() {
    assertThat(SparkExit.with(4).exitCode()).isEqualTo(4);
  }

  @Test
  void showsFloatsAsAnArray() {
    assertThat(JavaConverters.seqAsJavaList(SparkCalls.floats(new float[] {1.5f, -0.0f})))
        .containsExactly(1.5f, -0.0f);
  }

  @Test
  void givesHadoopTheSettingsOfTheSession() {
    LocalSpark.session().conf().set("strata.example", "7");

    assertThat(SparkCalls.hadoop(LocalSpark.session()).get("strata.example")).isEqualTo("7");
    LocalSpark.session().conf().unset("strata.example");
  }
}
