package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.Example;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One seed, one model: whatever the format of the same rows, their partitions and the number of
 * cores.
 */
class SameBytesIT {
  @TempDir Path folder;

  @Test
  void fromCsvOnOneCore() {
    StrataCommand.train(folder, "out").spark("--master", "local[1]").run(0);
    assertThat(modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  @Test
  void fromParquetOnOneCore() {
    StrataCommand.train(folder, "out")
        .set("data.path", parquet())
        .spark("--master", "local[1]")
        .run(0);
    assertThat(modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  /** The table with types of its own, its rows in another order and in several files. */
  private Path parquet() {
    Path table = Example.write(folder).resolveSibling("flowers.csv");
    Path parquet = folder.resolve("flowers.parquet");
    LocalSpark.session()
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(table.toString())
        .repartition(5)
        .write()
        .parquet(parquet.toString());
    return parquet;
  }

  private String modelSha256() {
    return Outputs.of(folder.resolve("out")).result().modelSha256();
  }
}
