package dev.strata.driver.source;

import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.SourceFiles;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.IdxFile;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/**
 * IDX images, and labels where given: columns {@code image} (bytes) and {@code label} (0 … 255).
 */
final class IdxSource {
  /** Metadata of the column {@code image}: bytes of one image. */
  static final String WIDTH = "strata.width";

  private IdxSource() {}

  static Dataset<Row> read(
      SparkSession spark, SourceSettings source, List<FileStatus> files, String key) {
    if (files.size() != 1) {
      throw StrataException.configuration("IDX images must be one file")
          .key(key + ".path")
          .found(files.size() + " files")
          .expected("one file")
          .build();
    }
    Configuration hadoop = SparkCalls.hadoop(spark);
    IdxFile images = IdxFile.open(hadoop, files.get(0).getPath().toString());
    IdxFile labels =
        source
            .labelsPath()
            .map(p -> SourceFiles.list(hadoop, List.of(p), key + ".labels-path").get(0))
            .map(f -> IdxFile.open(hadoop, f.getPath().toString()))
            .orElse(null);
    if (images.shape().isEmpty()) {
      throw StrataException.data("the IDX file has single bytes, not images")
          .key(key + ".path")
          .file(images.path())
          .expected("0x00000803 at the start")
          .build();
    }
    if (labels != null && (!labels.shape().isEmpty() || labels.rows() != images.rows())) {
      throw StrataException.data("the IDX labels do not match the images")
          .key(key + ".labels-path")
          .file(labels.path())
          .found(labels.rows() + " rows of shape " + labels.shape())
          .expected(images.rows() + " labels")
          .build();
    }
    TaskConfiguration configuration = TaskConfiguration.of(hadoop);
    List<int[]> slices = slices(spark, images);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(slices, slices.size())
            .flatMap(slice -> rows(configuration.value(), images, labels, slice)),
        schema(images, labels != null));
  }

  private static StructType schema(IdxFile images, boolean labelled) {
    MetadataBuilder about = new MetadataBuilder().putLong(WIDTH, images.rowBytes());
    List<Integer> shape = images.shape();
    boolean colours = shape.size() == 3 && (shape.get(2) == 1 || shape.get(2) == 3);
    // Square grey images are taken for that without being told.
    if (colours || (shape.size() == 2 && !shape.get(0).equals(shape.get(1)))) {
      about.putLongArray(ImageSource.SHAPE, shape.stream().mapToLong(n -> n).toArray());
    }
    Metadata width = about.build();
    StructType schema = new StructType().add("image", DataTypes.BinaryType, false, width);
    return labelled ? schema.add("label", DataTypes.IntegerType, false) : schema;
  }

  /** First and last row of each slice; a compressed file can only be read from its begin. */
  private static List<int[]> slices(SparkSession spark, IdxFile images) {
    int count = images.compressed() ? 1 : spark.sparkContext().defaultParallelism();
    List<int[]> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) images.rows() * i / count);
      slices.add(new int[] {from, (int) ((long) images.rows() * (i + 1) / count)});
    }
    return slices;
  }

  private static Iterator<Row> rows(
      Configuration configuration, IdxFile images, IdxFile labels, int[] slice) {
    Iterator<byte[]> pixels = images.read(configuration, slice[0], slice[1]);
    Iterator<byte[]> classes =
        labels == null ? null : labels.read(configuration, slice[0], slice[1]);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pixels.hasNext();
      }

      @Override
      public Row next() {
        return classes == null
            ? RowFactory.create((Object) pixels.next())
            : RowFactory.create(pixels.next(), classes.next()[0] & 0xFF);
      }
    };
  }
}
