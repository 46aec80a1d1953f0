package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table as a warehouse has it goes from training to the features of new rows with no setting but
 * the label and the ids: dates, times with and without a zone, decimals, truth values, a skewed
 * amount, and a column of 10,000 categories.
 */
class WarehouseTableTest {
  @TempDir private Path folder;

  /** Rows of which the weekday and the amount tell the label. */
  private static String table(String ids, int newCategories) {
    return "select id as order, cast(id % 5 = 0 as boolean) as member,"
        + " cast(exp((id % 97) / 8) as decimal(18,6)) as amount,"
        + " cast((id % 97) * 3.5 as decimal(38,10)) as weight,"
        + " date_add(date'2022-01-01', cast(id % 700 as int)) as day,"
        + " timestamp'2022-01-01 00:00:00Z' + make_interval(0,0,0,0,0,cast(id % 9000 as int)) as at,"
        + " if(id % 50 = 1, null, to_timestamp_ntz('2022-01-01 00:00:00')) as local,"
        + " 'sku ' || ("
        + newCategories
        + " + id * 7919 % 10000) as sku, if(id % 11 = 3, null, 'store ' || id % 4) as store,"
        + " if(weekday(date_add(date'2022-01-01', cast(id % 700 as int))) > 4 or id % 97 > 70,"
        + " 'yes', 'no') as label from range("
        + ids
        + ")";
  }

  @Test
  void aRawTableTrainsAndNewRowsGetTheirFeatures() {
    Workbench bench = new Workbench(folder);
    SparkSession spark = LocalSpark.session();
    spark.sql(table("0, 12000", 0)).write().parquet(bench.path("orders.parquet"));
    bench.write(
        "c.conf",
        """
        data {
          path = "FOLDER/orders.parquet", label = label, id = [order]
          split { validation = 0.2, test = 0.2 }
          scaling = quantile-normal, missing { numeric = mean, categorical = category }
        }
        network {
          layers = [{ type = dense, units = 32, name = hidden-1 }, { type = output }]
          updater { type = adam, learning-rate = 0.005 }
        }
        training { workers = 2, batch-size = 64, epochs = 6 }
        data.blocks = 4
        """
            .replace("FOLDER", folder.toString()));
    assertThat(bench.run("check", "none").expect(0).out())
        .contains("Columns of text read as categories: sku, store.");
    CommandResult trained = bench.run("train", "model").expect(0);
    assertThat(accuracy(bench)).as(trained.err()).isGreaterThan(0.9);

    // New categories, amounts and dates beyond those of training, times that are missing.
    spark
        .sql(
            table("20000, 20100", 50_000)
                .replace("date'2022-01-01'", "date'2031-01-01'")
                .replace("exp(", "1000 * exp("))
        .drop("label")
        .write()
        .parquet(bench.path("new.parquet"));
    String[] settings = {
      "model=" + bench.path("model"),
      "data={ path = \"" + bench.path("new.parquet") + "\", id = [order] }",
      "extract.layers=[hidden-1]",
      "extract.predictions=true"
    };
    bench.write("c.conf", "training.workers = 2");
    bench.run("extract", "out", settings).expect(0);
    List<Row> rows =
        spark
            .read()
            .parquet(bench.path("out/features"))
            .orderBy("order")
            .select("order", "prediction", "hidden_1")
            .collectAsList();
    assertThat(rows).hasSize(100);
    assertThat(rows.get(0).getLong(0)).isEqualTo(20_000);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.getString(1)).isIn("yes", "no");
              assertThat(row.<Float>getList(2)).hasSize(32).allMatch(Float::isFinite);
            });

    // The same rows as CSV, of which every cell is text, have the same features.
    spark
        .read()
        .parquet(bench.path("new.parquet"))
        .write()
        .option("header", "true")
        .csv(bench.path("new.csv"));
    settings[1] = settings[1].replace("new.parquet", "new.csv");
    bench.run("extract", "out-csv", settings).expect(0);
    assertThat(
            spark
                .read()
                .parquet(bench.path("out-csv/features"))
                .selectExpr("cast(order as bigint) as order", "prediction", "hidden_1")
                .orderBy("order")
                .collectAsList()
                .toString())
        .isEqualTo(rows.toString());
  }

  private double accuracy(Workbench bench) {
    return LocalSpark.session()
        .read()
        .option("multiLine", "true")
        .json(bench.path("model/result.json"))
        .selectExpr("metrics.test.accuracy")
        .first()
        .getDouble(0);
  }
}
