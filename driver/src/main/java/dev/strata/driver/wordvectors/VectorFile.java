package dev.strata.driver.wordvectors;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
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
 * A file of words' vectors: the text format of GloVe (Pennington et al. 2014), word2vec and
 * fastText, in UTF-8, with or without a byte order mark. Each line holds a word and then its
 * numbers, with blanks or tabs between; a first line {@code COUNT WIDTH} is a header. The numbers
 * are the last ones of a line: a word may hold blanks itself, as some of GloVe's do. Blank lines
 * are skipped. A name that ends in .gz is unpacked.
 */
final class VectorFile {
  /** Their narrowest says how wide the file is. */
  private static final int FIRST_LINES = 100;

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
   *     width; (data) where a line holds no vector, a vector of these words holds something else
   *     than finite numbers, or the file cannot be unpacked
   */
  Map<String, float[]> read(Set<String> words, int width) {
    return read(words, width, Long.MAX_VALUE);
  }

  private Map<String, float[]> read(Set<String> words, int width, long most) {
    Map<String, float[]> found = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
      passMark(lines);
      requireText(lines);
      VectorLine narrowest = null;
      long number = 1;
      for (String text = lines.readLine();
          text != null && number <= most;
          text = lines.readLine(), number++) {
        VectorLine line = VectorLine.of(text, number, width);
        if (line.isBlank() || number == 1 && isHeader(line, width)) {
          continue;
        }
        if (line.numbers() < width) {
          throw otherWidth(line.numbers(), width, number);
        }
        if (narrowest == null || number <= FIRST_LINES && line.numbers() < narrowest.numbers()) {
          narrowest = line;
        }
        if (number == FIRST_LINES) {
          requireWidth(narrowest, width);
        }
        if (words.contains(line.word()) && !found.containsKey(line.word())) {
          found.put(line.word(), numbers(line));
        }
      }
      requireWidth(narrowest, width);
    } catch (IOException e) {
      throw unreadable(e);
    }
    return found;
  }

  /** Editors and PowerShell put a mark before the first word. */
  private static void passMark(BufferedReader lines) throws IOException {
    lines.mark(1);
    if (lines.read() != VectorLine.MARK) {
      lines.reset();
    }
  }

  /** A binary file may have no lines at all. */
  private void requireText(BufferedReader lines) throws IOException {
    char[] first = new char[1 << 12];
    lines.mark(first.length);
    int length = Math.max(0, lines.read(first));
    lines.reset();
    for (int i = 0; i < length; i++) {
      boolean text = first[i] >= ' ' || first[i] >= '\t' && first[i] <= '\r';
      if (!text) {
        throw StrataException.configuration("the word vector file is not plain text")
            .key(key)
            .file(file)
            .found("a character 0x%02x".formatted((int) first[i]))
            .expected(
                "UTF-8 text with a word and its numbers per line, optionally compressed as .gz;"
                    + " convert binary files and archives first")
            .build();
      }
    }
  }

  /**
   * Whether the first line holds the counts of words and numbers.
   *
   * @throws StrataException (configuration) where these are other numbers than asked for
   */
  private boolean isHeader(VectorLine line, int width) {
    if (!line.isHeader()) {
      return false;
    }
    long said = line.headerWidth();
    if (said == width) {
      return true;
    }
    // With one number a line, these are a word and its vector.
    if (width == 1) {
      return false;
    }
    throw otherWidth(said, width, 1);
  }

  private void requireWidth(VectorLine narrowest, int width) {
    if (narrowest != null && narrowest.numbers() != width) {
      throw otherWidth(narrowest.numbers(), width, narrowest.number());
    }
  }

  private InputStream open() throws IOException {
    Path path = new Path(file);
    FileSystem fileSystem = OutputFiles.plain(Storage.of(path, hadoop));
    if (fileSystem.getFileStatus(path).isDirectory()) {
      throw StrataException.configuration("the word vectors must be a file, not a folder")
          .key(key)
          .file(file)
          .expected("one file with a word and its numbers per line")
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
      return StrataException.configuration("the word vector file does not exist")
          .key(key)
          .file(file)
          .cause(e)
          .build();
    }
    // What unpacks has no exception of its own; file systems have theirs.
    boolean unpacking = e.getClass() == IOException.class && codec(new Path(file)) != null;
    if (OutputFiles.saysDamaged(e) || unpacking) {
      return StrataException.data("the word vector file is damaged")
          .key(key)
          .file(file)
          .found(OutputFiles.reason(e))
          .cause(e)
          .build();
    }
    return StrataException.cluster("cannot read the word vectors: " + e.getMessage())
        .key(key)
        .file(file)
        .cause(e)
        .build();
  }

  private float[] numbers(VectorLine line) {
    float[] numbers = new float[line.width()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = VectorLine.number(line.field(i));
      if (!Float.isFinite(numbers[i])) {
        throw StrataException.data("a word vector has a value that is not a finite number")
            .key(key)
            .file(file)
            .row("line " + line.number() + ", " + line.word())
            .found(line.field(i))
            .expected("finite numbers")
            .build();
      }
    }
    return numbers;
  }

  private StrataException otherWidth(long found, int width, long line) {
    return StrataException.configuration("the word vectors differ in width from the layer")
        .key(key)
        .file(file)
        .row("line " + line)
        .found(Counted.of(found, "number"))
        .expected(width + ", the layer's units" + (found > 0 ? "; or units = " + found : ""))
        .build();
  }
}
