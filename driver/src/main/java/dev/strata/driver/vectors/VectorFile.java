package dev.strata.driver.vectors;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * A file of words' vectors in GloVe's text format (Pennington et al. 2014): a word a line, then its
 * numbers, blanks between; word2vec's text format, whose first line holds two counts, is read too.
 * A name that ends in .gz is unpacked.
 */
final class VectorFile {
  /** A file is known by them: what they hold must be as wide as is asked for. */
  private static final int FIRST_LINES = 2;

  private final Configuration hadoop;
  private final String file;
  private final String key;

  /**
   * @param key that names the file, for errors
   */
  VectorFile(Configuration hadoop, String file, String key) {
    this.hadoop = hadoop;
    this.file = file;
    this.key = key;
  }

  /**
   * Looks at the first lines alone.
   *
   * @throws StrataException as {@link #read}
   */
  void check(int width) {
    read(Set.of(), width, FIRST_LINES);
  }

  /**
   * The vectors of some words, as far as the file has them; of a word that it has twice, the first.
   *
   * @param width numbers of a vector
   * @throws StrataException (configuration) where there is no such file or its vectors have another
   *     width; (data) where a line holds no vector, or the file cannot be unpacked
   */
  Map<String, float[]> read(Set<String> words, int width) {
    return read(words, width, Long.MAX_VALUE);
  }

  private Map<String, float[]> read(Set<String> words, int width, long most) {
    Map<String, float[]> found = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
      long number = 1;
      for (String line = lines.readLine();
          line != null && number <= most;
          line = lines.readLine(), number++) {
        if (line.isBlank() || (number == 1 && line.strip().matches("\\d+ \\d+"))) {
          continue;
        }
        // Only behind the numbers: some files have words that are white space of other kinds.
        String[] fields = line.stripTrailing().split(" ");
        if (fields.length < width + 1 || (number <= FIRST_LINES && fields.length != width + 1)) {
          throw otherWidth(fields.length - 1, width, number);
        }
        // A few of GloVe's words have blanks in them; none of ours has.
        String word = fields.length == width + 1 ? fields[0] : "";
        if (words.contains(word) && !found.containsKey(word)) {
          found.put(word, numbers(fields, number));
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return found;
  }

  private InputStream open() throws IOException {
    Path path = new Path(file);
    FileSystem fileSystem = OutputFiles.plain(path.getFileSystem(hadoop));
    if (fileSystem.getFileStatus(path).isDirectory()) {
      throw StrataException.configuration("a folder is no file of words' vectors")
          .key(key)
          .file(file)
          .expected("one file, a word and its numbers a line")
          .build();
    }
    InputStream bytes = fileSystem.open(path);
    CompressionCodec codec = codec(path);
    return codec == null ? bytes : codec.createInputStream(bytes);
  }

  /** Null where the name says that nothing is packed. */
  private CompressionCodec codec(Path path) {
    return new CompressionCodecFactory(hadoop).getCodec(path);
  }

  private StrataException unreadable(IOException e) {
    if (e instanceof FileNotFoundException) {
      return StrataException.configuration("the file of the words' vectors does not exist")
          .key(key)
          .file(file)
          .cause(e)
          .build();
    }
    // What unpacks has no exception of its own; file systems have theirs.
    boolean unpacking = e.getClass() == IOException.class && codec(new Path(file)) != null;
    if (OutputFiles.saysDamaged(e) || unpacking) {
      return StrataException.data("the file of the words' vectors is damaged")
          .key(key)
          .file(file)
          .found(OutputFiles.reason(e))
          .cause(e)
          .build();
    }
    return StrataException.cluster("the words' vectors cannot be read: " + e.getMessage())
        .key(key)
        .file(file)
        .cause(e)
        .build();
  }

  private float[] numbers(String[] fields, long line) {
    float[] numbers = new float[fields.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Float.parseFloat(fields[i + 1]);
      } catch (NumberFormatException e) {
        numbers[i] = Float.NaN;
      }
      if (!Float.isFinite(numbers[i])) {
        throw StrataException.data("a word's vector holds something that is no finite number")
            .key(key)
            .file(file)
            .row("line " + line + ", " + fields[0])
            .found(fields[i + 1])
            .expected("numbers")
            .build();
      }
    }
    return numbers;
  }

  private StrataException otherWidth(int found, int width, long line) {
    return StrataException.configuration("the words' vectors are not as wide as the layer")
        .key(key)
        .file(file)
        .row("line " + line)
        .found(found + " numbers")
        .expected(width + ", the layer's units; or units = " + found)
        .build();
  }
}
