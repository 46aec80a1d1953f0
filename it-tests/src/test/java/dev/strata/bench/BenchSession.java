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
    this.work = work;
    session =
        SparkSession.builder()
            .master("local[" + threads + "]")
            .appName(name)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryoserializer.buffer.max", "2047m")
            .config("spark.kryo.registrator", StrataKryoRegistrator.class.getName())
            .config("spark.broadcast.compress", "false")
            .config("spark.local.dir", work.resolve("spark").toString())
            .getOrCreate();
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
