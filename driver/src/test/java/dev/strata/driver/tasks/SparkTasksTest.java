package dev.strata.driver.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class SparkTasksTest {
  private final JavaSparkContext spark = new JavaSparkContext(LocalSpark.session().sparkContext());

  @Test
  void resultsComeInOrderAndEachNumberHasATaskOfItsOwn() {
    assertThat(SparkTasks.run(spark, 5, i -> i + " in " + TaskContext.getPartitionId()))
        .containsExactly("0 in 0", "1 in 1", "2 in 2", "3 in 3", "4 in 4");
  }

  @Test
  void aResultMayBeMissingAndThereMayBeNone() {
    assertThat(SparkTasks.<String>run(spark, 2, i -> null)).containsExactly(null, null);
    assertThat(SparkTasks.run(spark, 0, i -> i)).isEmpty();
  }

  @Test
  void partitionsMayHoldSeveralElementsOrNone() {
    var elements = spark.parallelize(List.of("a", "b", "c"), 5).coalesce(2).rdd();
    assertThat(SparkTasks.run(elements, text -> text + text)).containsExactly("aa", "bb", "cc");
    var few = spark.parallelize(List.of("a"), 3).rdd();
    assertThat(SparkTasks.run(few, text -> text + text)).containsExactly("aa");
  }

  @Test
  void whatATaskThrowsIsTheCause() {
    assertThatThrownBy(
            () ->
                SparkTasks.run(
                    spark,
                    2,
                    i -> {
                      throw new IOException("no disk for task " + i);
                    }))
        .rootCause()
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no disk for task");
  }
}
