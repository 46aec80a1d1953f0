package dev.strata.driver.file;

import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Text files read from their start, unpacked as their names say. */
public final class SourceText {
  /** Most files that are read on the driver; more are read by tasks. */
  private static final int FEW = 8;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private SourceText() {}

  /**
   * The charset that the options of a reader name; UTF-8 where they name none.
   *
   * @param options names without regard to case
   * @throws StrataException (configuration) for one that Java does not know
   */
  public static Charset charset(Map<String, String> options) {
    String key = options.containsKey("encoding") ? "encoding" : "charset";
    String name = options.getOrDefault(key, "UTF-8");
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw StrataException.configuration("unknown charset")
          .key("data.options." + key)
          .found(name)
          .expected("a charset of Java, such as UTF-8, ISO-8859-1 or windows-1252")
          .cause(e)
          .build();
    }
  }

  /** What one file tells; runs inside tasks, too. */
  public interface Look extends Serializable {
    String at(String file, BufferedReader text) throws IOException;
  }

  /**
   * One line of text for each file, in their order.
   *
   * @param files as {@link org.apache.spark.sql.Dataset#inputFiles} names them
   */
  public static List<String> look(
      SparkSession spark, List<String> files, Charset charset, Look look) {
    Configuration hadoop = SparkCalls.hadoop(spark);
    if (files.size() <= FEW) {
      List<String> found = new ArrayList<>();
      for (String file : files) {
        found.add(look(hadoop, file, charset, look));
      }
      return found;
    }
    return tasks(spark, files, charset, look);
  }

  /** The same, by tasks however few the files are: they are read to their ends. */
  public static List<String> tasks(
      SparkSession spark, List<String> files, Charset charset, Look look) {
    TaskConfiguration hadoop = TaskConfiguration.of(SparkCalls.hadoop(spark));
    String name = charset.name();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slices = Math.min(files.size(), 4 * context.defaultParallelism());
    return SparkTasks.run(
        context.parallelize(files, slices).rdd(),
        file -> look(hadoop.value(), file, Charset.forName(name), look));
  }

  private static String look(Configuration hadoop, String file, Charset charset, Look look) {
    try (BufferedReader text = open(hadoop, file, charset)) {
      return look.at(file, text);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw StrataException.in(e)
          .or(() -> ReadFailure.ofFile(e, file))
          .orElseThrow(() -> new IllegalStateException("cannot read " + file, e));
    }
  }

  private static BufferedReader open(Configuration hadoop, String file, Charset charset)
      throws IOException {
    Path path = path(file);
    InputStream bytes = Storage.of(path, hadoop).open(path);
    try {
      CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
      InputStream unpacked = codec == null ? bytes : codec.createInputStream(bytes);
      BufferedReader text = new BufferedReader(new InputStreamReader(unpacked, charset), 1 << 16);
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
      return text;
    } catch (IOException | RuntimeException | LinkageError e) {
      bytes.close();
      throw e;
    }
  }

  /** The path behind a name of {@link org.apache.spark.sql.Dataset#inputFiles}. */
  public static Path path(String file) {
    return new Path(URI.create(file));
  }
}
