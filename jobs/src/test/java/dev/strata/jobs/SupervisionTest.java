package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failures a Master that supervises the driver answers with another attempt. */
class SupervisionTest {
  @ParameterizedTest
  @CsvSource({
    "true,  cluster, spark://host:7077, 2, true",
    "true,  cluster, spark://host:7077, 3, true",
    "true,  cluster, spark://host:7077, 4, true",
    "true,  cluster, spark://host:7077, 1, true",
    "true,  cluster, spark://host:7077, 5, false",
    "false, cluster, spark://host:7077, 3, false",
    "true,  client,  spark://host:7077, 3, false",
    "true,  cluster, yarn,              3, false"
  })
  void onlyAFailureOfTheClusterIsTriedAgain(
      String supervise, String mode, String master, int code, boolean ends) {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.driver.supervise", supervise)
            .set("spark.submit.deployMode", mode)
            .set("spark.master", master);

    assertThat(Strata.endsSupervision(code, conf)).isEqualTo(ends);
  }
}
