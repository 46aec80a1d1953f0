package dev.strata.driver.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * The tasks that a failed job leaves behind end before the next test, and before its folder goes.
 */
class IdleSparkTest {
  private static final CountDownLatch BEGUN = new CountDownLatch(1);
  private static final AtomicBoolean ENDED = new AtomicBoolean();

  @Test
  void aFailedJobLeavesATaskBehind() {
    JavaSparkContext context = new JavaSparkContext(LocalSpark.session().sparkContext());
    assertThatThrownBy(
            () ->
                context
                    .parallelize(List.of(0, 1), 2)
                    .foreach(
                        i -> {
                          if (i == 0) {
                            // Spark does not begin a task of a job that has failed.
                            BEGUN.await();
                            throw new IllegalStateException("the first task fails");
                          }
                          BEGUN.countDown();
                          Thread.sleep(1500);
                          ENDED.set(true);
                        }))
        .isInstanceOf(SparkException.class);
    assertThat(ENDED).isFalse();
  }

  @AfterAll
  static void itHasEnded() {
    assertThat(ENDED).isTrue();
  }
}
