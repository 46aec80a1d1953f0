package dev.strata.bench;

import dev.strata.driver.kryo.StrataKryoRegistrator;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A local session with the settings that the commands use, and a folder that goes with it. */
final class BenchSession implements AutoCloseable {
  private final SparkSession session;
  private final Path work;

  BenchSession(String name, int threads, Path work) {
    this(name, threads, work, true);
  }

  /**
   * @param kryo false where DL4J Spark trains, which refuses Kryo without a registrator of its own
   */
  BenchSession(String name, int threads, Path work, boolean kryo) {
    this.work = work;
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[" + threads + "]")
            .appName(name)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.broadcast.compress", "false")
            .config("spark.local.dir", work.resolve("spark").toString());
    if (kryo) {
      builder
          .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
          .config("spark.kryoserializer.buffer.max", "2047m")
          .config("spark.kryo.registrator", StrataKryoRegistrator.class.getName());
    }
    session = builder.getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
  }

  SparkSession session() {
    return session;
  }

  JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @Override
  public void close() {
    session.stop();
    FileUtil.fullyDelete(work.toFile());
  }
}
