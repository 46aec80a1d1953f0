package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for rows of any texts of one or several columns. */
class JoinedTextProperties {
  private static final List<String> KNOWN = List.of("the", "cat", "sat", "on", "a", "mat");

  @Provide
  Arbitrary<List<List<String>>> rows() {
    Arbitrary<String> words =
        Arbitraries.oneOf(Arbitraries.of(KNOWN), Arbitraries.of("zebra", "sep", "[SEP]"));
    return words.list().ofMaxSize(9).list().ofMinSize(1).ofMaxSize(4);
  }

  private static Preprocessing preprocessing(int columns, int length, TextRule.TooLong tooLong) {
    return preprocessing(columns, length, tooLong, KNOWN);
  }

  private static Preprocessing preprocessing(
      int columns, int length, TextRule.TooLong tooLong, List<String> known) {
    TextRule rule =
        new TextRule(TextRule.Words.WHITESPACE, true, 1, 0, length, tooLong, TextRule.Empty.DROP);
    List<String> names = IntStream.range(0, columns).mapToObj(i -> "c" + i).toList();
    RowLayout layout =
        new RowLayout(
            List.of(FeatureColumn.text(names, length, rule)),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(
            List.of(
                new ColumnStatistics(
                    0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())))
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .withVocabulary(
            new Vocabulary(
                known, Collections.nCopies(known.size(), 1L), 2, 9, length, 0, columns - 1))
        .validated("preprocessing.json");
  }

  /** As it was read again from the file that a model keeps. */
  private static float[] encode(Preprocessing preprocessing, List<List<String>> texts) {
    Preprocessing read = Json.read(Json.pretty(preprocessing), Preprocessing.class, "file");
    assertThat(read).isEqualTo(preprocessing);
    RowEncoder encoder = new RowEncoder(read);
    float[] into = new float[encoder.width() + 2];
    Arrays.fill(into, -1);
    String[] canonical =
        texts.stream().map(words -> String.join(" ", words)).toArray(String[]::new);
    encoder.features(
        new PlainRow(null, new double[0], canonical, null, null, 1, PlainRow.Fate.USED), into, 1);
    assertThat(into[0]).isEqualTo(-1);
    assertThat(into[into.length - 1]).isEqualTo(-1);
    return Arrays.copyOfRange(into, 1, into.length - 1);
  }

  /** Ids by the definition: 0 pads, 1 is unknown, and 2 separates if there is more than one. */
  private static List<Float> expected(List<List<String>> texts, int length) {
    int first = texts.size() > 1 ? 3 : 2;
    List<Float> ids = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        ids.add(2f);
      }
      for (String word : texts.get(i)) {
        ids.add(KNOWN.contains(word) ? first + KNOWN.indexOf(word) : 1f);
      }
    }
    while (ids.size() < length) {
      ids.add(0f);
    }
    return ids;
  }

  private static float[] array(List<Float> ids) {
    float[] array = new float[ids.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = ids.get(i);
    }
    return array;
  }

  @Property
  void aRowIsTheWordsOfEachColumnWithSeparatorsBetween(
      @ForAll("rows") List<List<String>> texts, @ForAll @IntRange(max = 5) int more) {
    Assume.that(texts.stream().anyMatch(words -> !words.isEmpty()));
    int needed = texts.stream().mapToInt(List::size).sum() + texts.size() - 1;
    Preprocessing fits = preprocessing(texts.size(), needed + more, TextRule.TooLong.ERROR);
    assertThat(encode(fits, texts)).containsExactly(array(expected(texts, needed + more)));
  }

  @Property
  void aRowThatIsTooLongKeepsTheFirstWordsOfEachColumn(
      @ForAll("rows") List<List<String>> texts, @ForAll @IntRange(max = 20) int more) {
    Assume.that(texts.stream().anyMatch(words -> !words.isEmpty()));
    int length = texts.size() + more;
    int needed = texts.stream().mapToInt(List::size).sum() + texts.size() - 1;
    Assume.that(length < needed);
    int[] kept =
        longestFirst(texts.stream().mapToInt(List::size).toArray(), length - texts.size() + 1);
    List<List<String>> cut =
        IntStream.range(0, kept.length).mapToObj(i -> texts.get(i).subList(0, kept[i])).toList();
    Preprocessing truncating = preprocessing(texts.size(), length, TextRule.TooLong.TRUNCATE);
    assertThat(encode(truncating, texts)).containsExactly(array(expected(cut, length)));
    Preprocessing refusing = preprocessing(texts.size(), length, TextRule.TooLong.ERROR);
    assertThatThrownBy(() -> encode(refusing, texts))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.key()).contains("data.text.length");
              assertThat(e.found().orElseThrow()).startsWith(needed - texts.size() + 1 + " words");
            });
  }

  /** Word by word, from the last of the longest texts. */
  private static int[] longestFirst(int[] words, int positions) {
    int[] kept = words.clone();
    while (Arrays.stream(kept).sum() > positions) {
      int longest = 0;
      for (int i = 1; i < kept.length; i++) {
        longest = kept[i] >= kept[longest] ? i : longest;
      }
      kept[longest]--;
    }
    return kept;
  }

  @Property
  void eachTextKeepsItsShare(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 50) Integer> lengths,
      @ForAll @IntRange(max = 120) int positions) {
    int[] words = lengths.stream().mapToInt(Integer::intValue).toArray();
    int[] kept = TextShares.of(words, positions);
    assertThat(kept).containsExactly(longestFirst(words, positions));
    assertThat(Arrays.stream(kept).sum())
        .isEqualTo(Math.min(positions, Arrays.stream(words).sum()));
    for (int i = 0; i < words.length; i++) {
      assertThat(kept[i]).isBetween(Math.min(words[i], positions / words.length), words[i]);
    }
  }

  /** Whatever characters a text has, its words are ids of words: none is read as the separator. */
  @Property
  void noTextGivesASeparator(
      @ForAll @Size(min = 2, max = 3) List<String> texts, @ForAll TextRule.Words tokenizer) {
    TextRule rule =
        new TextRule(tokenizer, false, 1, 0, 0, TextRule.TooLong.TRUNCATE, TextRule.Empty.DROP);
    WordReader reader = new WordReader(rule);
    List<List<String>> words =
        texts.stream()
            .map(text -> reader.words(text + " [SEP] <separator>\u2028x"))
            .map(canonical -> List.of(canonical.split(" ")))
            .toList();
    int length = words.stream().mapToInt(List::size).sum() + 2;
    List<String> known = words.stream().flatMap(List::stream).distinct().toList();
    float[] row = encode(preprocessing(texts.size(), length, TextRule.TooLong.ERROR, known), words);
    int separators = 0;
    for (float id : row) {
      separators += id == Vocabulary.SEPARATOR ? 1 : 0;
    }
    assertThat(separators).isEqualTo(texts.size() - 1);
    assertThat(row).startsWith(3).doesNotContain(Vocabulary.UNKNOWN);
  }

  @Example
  void textsOfOneColumnAreWrittenAsBeforeThereCouldBeSeveral() {
    Preprocessing single = preprocessing(1, 4, TextRule.TooLong.TRUNCATE);
    assertThat(single.formatVersion()).isEqualTo(Preprocessing.WITHOUT_TABLE_TYPES);
    assertThat(Json.line(single.layout().features()))
        .isEqualTo(
            "[{\"name\":\"c0\",\"kind\":\"TEXT\",\"width\":4,\"text\":{\"tokenizer\":\"WHITESPACE\","
                + "\"lowerCase\":true,\"minCount\":1,\"maxSize\":0,\"length\":4,"
                + "\"tooLong\":\"TRUNCATE\",\"empty\":\"DROP\"}}]");
    assertThat(Json.line(single.vocabulary()))
        .isEqualTo(
            "{\"words\":[\"the\",\"cat\",\"sat\",\"on\",\"a\",\"mat\"],\"counts\":[1,1,1,1,1,1],"
                + "\"unknown\":2,\"distinct\":9,\"longest\":4,\"truncated\":0}");
    assertThat(single.vocabularySize()).isEqualTo(8);
    assertThat(single.vocabulary().wordsById()).startsWith("<padding>", "<unknown>", "the");
    Preprocessing joined = preprocessing(2, 4, TextRule.TooLong.TRUNCATE);
    assertThat(joined.formatVersion()).isEqualTo(Preprocessing.FORMAT_VERSION);
    assertThat(joined.vocabularySize()).isEqualTo(9);
    assertThat(joined.vocabulary().wordsById())
        .startsWith("<padding>", "<unknown>", "<separator>", "the");
    assertThat(ShardLayout.columns(joined)).hasSize(1);
  }
}
