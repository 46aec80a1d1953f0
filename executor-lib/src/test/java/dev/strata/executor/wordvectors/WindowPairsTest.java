package dev.strata.executor.wordvectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowPairsTest {
  private static final int WORDS = 9;
  private static final int LENGTH = 12;

  @TempDir private java.nio.file.Path folder;

  /** Texts of random length, padded; one block each of 7, 0 and 5. */
  private static List<float[]> texts(SplittableRandom random) {
    List<float[]> texts = new ArrayList<>();
    for (int t = 0; t < 12; t++) {
      float[] text = new float[LENGTH];
      int length = random.nextInt(1, LENGTH + 1);
      for (int i = 0; i < length; i++) {
        text[i] = random.nextInt(1, WORDS);
      }
      texts.add(text);
    }
    return texts;
  }

  private ShardSet write(List<float[]> texts, int... rowsOfBlocks) throws IOException {
    Path to = new Path(folder.toUri());
    Configuration hadoop = new Configuration();
    List<ArraySpec> arrays =
        List.of(
            new ArraySpec(
                "input-0",
                ArrayRole.INPUT,
                0,
                ElementType.F32,
                List.of(LENGTH),
                0,
                Optional.empty()));
    List<BlockSpec> specs = new ArrayList<>();
    int next = 0;
    for (int b = 0; b < rowsOfBlocks.length; b++) {
      BlockWriter writer =
          BlockWriter.create(to.getFileSystem(hadoop), to, b, rowsOfBlocks[b], arrays);
      for (int r = 0; r < rowsOfBlocks[b]; r++) {
        writer.put(0, texts.get(next++));
        writer.endRow();
      }
      specs.add(writer.close());
    }
    long rows = texts.size();
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            rows,
            arrays,
            List.of(),
            List.of(),
            specs,
            Map.of("source", rows, "used", rows)));
  }

  /** The definition, pair by pair. */
  private static Map<Long, Long> plain(List<float[]> texts, int window, boolean separated) {
    Map<Long, Long> counts = new TreeMap<>();
    for (float[] text : texts) {
      for (int i = 0; i < LENGTH; i++) {
        for (int j = i + 1; j < LENGTH && j - i <= window; j++) {
          boolean apart = text[i] == 0 || text[j] == 0;
          for (int k = i; k <= j && separated; k++) {
            apart |= text[k] == Vocabulary.SEPARATOR;
          }
          if (!apart) {
            long low = (long) Math.min(text[i], text[j]);
            long high = (long) Math.max(text[i], text[j]);
            counts.merge(low * WORDS + high, window - (j - i) + 1L, Long::sum);
          }
        }
      }
    }
    return counts;
  }

  private static Map<Long, Long> map(PairCounts counts) {
    Map<Long, Long> map = new TreeMap<>();
    for (int i = 0; i < counts.size(); i++) {
      assertThat(i == 0 || counts.keys()[i - 1] < counts.keys()[i]).isTrue();
      map.put(counts.keys()[i], counts.counts()[i]);
    }
    return map;
  }

  @Seeded
  @Test
  void countsAreThoseOfTheDefinitionHoweverTheBlocksAreShared(Seed seed) throws IOException {
    List<float[]> texts = texts(seed.splittable());
    ShardSet set = write(texts, 7, 0, 5);
    Configuration hadoop = new Configuration();
    for (boolean separated : List.of(false, true)) {
      for (int window : new int[] {1, 2, 5, 40}) {
        for (int slices : new int[] {1, 2, 3}) {
          WindowPairs pairs = new WindowPairs(set, WORDS, separated, window, slices);
          PairCounts all = PairCounts.NONE;
          for (int slice = 0; slice < slices; slice++) {
            all = all.plus(pairs.count(hadoop, slice));
          }
          assertThat(map(all)).isEqualTo(plain(texts, window, separated));
        }
      }
    }
  }

  @Test
  void theOrderOfSumsDoesNotMatter() {
    PairCounts one = new PairCounts(new long[] {1, 4}, new long[] {2, 3});
    PairCounts other = new PairCounts(new long[] {0, 4, 9}, new long[] {1, 1, 1});
    PairCounts third = new PairCounts(new long[] {9}, new long[] {5});
    Map<Long, Long> sum = map(one.plus(other).plus(third));
    assertThat(sum).isEqualTo(Map.of(0L, 1L, 1L, 2L, 4L, 4L, 9L, 6L));
    assertThat(map(third.plus(other.plus(one)))).isEqualTo(sum);
    assertThat(map(PairCounts.NONE.plus(one))).isEqualTo(map(one));
  }

  @Test
  void tooManyPairsAreAnError() {
    PairCounts one = new PairCounts(new long[] {1, 4}, new long[] {2, 3});
    PairCounts other = new PairCounts(new long[] {0, 4}, new long[] {1, 1});
    assertThat(one.plus(other, 3).size()).isEqualTo(3);
    assertThatThrownBy(() -> one.plus(other, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("too many different pairs of words")
        .hasMessageContaining("3 pairs")
        .hasMessageContaining("data.text.min-count");
  }

  @Test
  void aWindowMustHoldAWord() {
    assertThatThrownBy(() -> new WindowPairs(new ShardSet("a", ""), WORDS, false, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a window of 0");
  }
}
