package dev.strata.driver.source;

import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.row.Refusal;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.image.ImageArchive;
import dev.strata.executor.image.ImageEntry;
import dev.strata.executor.image.ImageName;
import dev.strata.executor.image.ImageSlice;
import dev.strata.executor.image.PixelImage;
import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.preprocess.ImageShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * PGM, PNG and JPEG files, in folders and archives: columns {@code image} (bytes, row by row from
 * the top left), {@code path}, {@code folder} (name of the folder that holds the file) and {@code
 * name}; of an image that cannot be read {@code image} is null and {@link
 * SourceReader#CORRUPT_RECORD} says why. Each task reads files, or entries of an archive, of its
 * own.
 */
final class ImageSource {
  /** Metadata of the column {@code image}: height, width and, of colours, channels. */
  static final String SHAPE = "strata.image-shape";

  /** Metadata of columns that are features only where they are named. */
  static final String DESCRIPTION = "strata.description";

  /** More images than this are not tried for the size of all. */
  private static final int MOST_TRIED = 100;

  private ImageSource() {}

  /**
   * @param model the images that a model was trained on; empty where none is there
   */
  static Dataset<Row> read(
      SparkSession spark,
      ImageSettings settings,
      List<FileStatus> files,
      String key,
      Optional<ImageShape> model) {
    Configuration hadoop = SparkCalls.hadoop(spark);
    List<ImageSlice> slices = slices(hadoop, files, spark.sparkContext().defaultParallelism());
    PixelImage first = first(slices, hadoop, settings).orElseThrow(() -> none(files, key));
    TaskConfiguration configuration = TaskConfiguration.of(hadoop);
    Size expected =
        settings.sizes() == ImageSettings.Sizes.ANY
            ? null
            : model
                .map(m -> new Size(m.height(), m.width(), "the model's"))
                .orElseGet(() -> new Size(first.height(), first.width(), "the first"));
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(slices, slices.size())
            .flatMap(
                slice -> {
                  ImageSlice.Images images = slice.read(configuration.value());
                  TaskContext.get().addTaskCompletionListener((TaskContext task) -> end(images));
                  return new Rows(images, settings, expected);
                }),
        schema(expected == null ? settings.resize() : expected.numbers(), settings));
  }

  /**
   * The first image that can be read; empty where there is none at all.
   *
   * @throws StrataException (data) where none of the first {@value #MOST_TRIED} can be read: what
   *     is wrong with the very first
   */
  private static Optional<PixelImage> first(
      List<ImageSlice> slices, Configuration hadoop, ImageSettings settings) {
    StrataException failure = null;
    int tried = 0;
    for (ImageSlice slice : slices) {
      try (ImageSlice.Images images = slice.read(hadoop)) {
        while (images.hasNext() && tried < MOST_TRIED) {
          tried++;
          try {
            return Optional.of(decoded(images.next(), settings));
          } catch (StrataException e) {
            failure = failure == null ? e : failure;
          }
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return Optional.empty();
  }

  private static void end(ImageSlice.Images images) {
    InputFileBlockHolder.unset();
    images.close();
  }

  /** The shape of images in a column; empty where the source says none. */
  static Optional<List<Integer>> shape(StructField field) {
    if (!field.metadata().contains(SHAPE)) {
      return Optional.empty();
    }
    List<Integer> shape = new ArrayList<>();
    for (long size : field.metadata().getLongArray(SHAPE)) {
      shape.add(Math.toIntExact(size));
    }
    return Optional.of(shape);
  }

  private static StructType schema(List<Integer> size, ImageSettings settings) {
    int channels = settings.colour().channels();
    long[] shape =
        channels == 1
            ? new long[] {size.get(0), size.get(1)}
            : new long[] {size.get(0), size.get(1), channels};
    Metadata image =
        new MetadataBuilder()
            .putLong(IdxSource.WIDTH, (long) size.get(0) * size.get(1) * channels)
            .putLongArray(SHAPE, shape)
            .build();
    Metadata description = new MetadataBuilder().putBoolean(DESCRIPTION, true).build();
    Metadata refusal = new MetadataBuilder().putBoolean(Refusal.COLUMN, true).build();
    return new StructType()
        .add("image", DataTypes.BinaryType, true, image)
        .add("path", DataTypes.StringType, false, description)
        .add("folder", DataTypes.StringType, false, description)
        .add("name", DataTypes.StringType, false, description)
        .add(SourceReader.CORRUPT_RECORD, DataTypes.StringType, true, refusal);
  }

  private static List<ImageSlice> slices(Configuration hadoop, List<FileStatus> files, int tasks) {
    List<String> single = new ArrayList<>();
    List<ImageArchive> archives = new ArrayList<>();
    for (FileStatus file : files) {
      String path = file.getPath().toString();
      Optional<ImageArchive> archive = ImageArchive.of(path);
      if (archive.isPresent()) {
        archives.add(archive.get());
      } else if (ImageName.isImage(file.getPath().getName())) {
        single.add(path);
      }
    }
    List<ImageSlice> slices = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      List<String> part =
          single.subList(share(single.size(), i, tasks), share(single.size(), i + 1, tasks));
      if (!part.isEmpty()) {
        slices.add(ImageSlice.of(part));
      }
    }
    int each = Math.max(1, tasks / Math.max(1, archives.size()));
    for (ImageArchive archive : archives) {
      if (!archive.divisible() || each == 1) {
        slices.add(ImageSlice.of(archive));
        continue;
      }
      int images = archive.images(hadoop);
      for (int i = 0; i < each; i++) {
        int from = share(images, i, each);
        slices.add(new ImageSlice(List.of(), archive, from, share(images, i + 1, each)));
      }
    }
    return slices;
  }

  private static int share(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }

  private static PixelImage decoded(ImageEntry entry, ImageSettings settings) {
    return entry.decoded(settings.colour().channels());
  }

  private static StrataException none(List<FileStatus> files, String key) {
    return StrataException.data("no image found")
        .key(key + ".path")
        .file(files.get(0).getPath())
        .found(Counted.of(files.size(), "file") + " without one")
        .expected("PGM, PNG or JPEG files, or zip and tar archives of them")
        .build();
  }

  /**
   * @param of whose it is, in messages
   */
  private record Size(int height, int width, String of) implements Serializable {
    List<Integer> numbers() {
      return List.of(height, width);
    }
  }

  /**
   * @param size that each image has; null: resized as it is read
   */
  private record Rows(Iterator<ImageEntry> images, ImageSettings settings, Size size)
      implements Iterator<Row> {
    @Override
    public boolean hasNext() {
      return images.hasNext();
    }

    @Override
    public Row next() {
      ImageEntry entry = images.next();
      // Messages about the row, and Spark's input_file_name(), name it.
      InputFileBlockHolder.set(entry.path(), 0, entry.bytes().length);
      byte[] pixels = null;
      String refusal = null;
      try {
        PixelImage image = decoded(entry, settings);
        pixels = size == null ? resized(image) : sameSize(image, entry);
      } catch (StrataException e) {
        refusal = Refusal.text(e);
      }
      return RowFactory.create(pixels, entry.path(), entry.folder(), entry.name(), refusal);
    }

    private byte[] resized(PixelImage image) {
      List<Integer> to = settings.resize();
      return new ImageResize(
              image.height(), image.width(), to.get(0), to.get(1), settings.colour().channels())
          .apply(image.pixels());
    }

    private byte[] sameSize(PixelImage image, ImageEntry entry) {
      if (image.height() != size.height || image.width() != size.width) {
        throw StrataException.data("an image differs in size from " + size.of)
            .key("data.images.sizes")
            .file(entry.path())
            .found(image.size())
            .expected(
                size.height
                    + " × "
                    + size.width
                    + "; or data.images.sizes = any with data.images.resize = [height, width]")
            .build();
      }
      return image.pixels();
    }
  }
}
