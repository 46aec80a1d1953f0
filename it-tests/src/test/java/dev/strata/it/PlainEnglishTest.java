package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Wording of everything that users read: README, documentation, comments of configurations, the
 * changelog, the script's help, and the string literals of the code (messages, help, reports).
 * Javadoc and comments of the code are not checked.
 */
class PlainEnglishTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /** Expressions that have a plainer one or a term of the field; keys such as thaw stay. */
  private static final Pattern UNWANTED =
      Pattern.compile(
          "(?<!-)held[- ]back|thaw(ed|ing)\\b|\\banew\\b|\\bso many\\b|\\bgo(es)? on\\b|going on from"
              + "|\\bwhoever\\b|\\bnobody\\b|\\bis (told|said)\\b|\\bof which\\b|\\boptimiser"
              + "|claim that only one can win|taken for dead|fresh weights|shares? dropped"
              + "|what is made of the workers|who applies|no finite number|is no number"
              + "|of none of the|contradicts? itself|not measured so|said at once");

  private static final Pattern LITERAL =
      Pattern.compile(
          "//[^\\n]*|'(?:\\\\.|[^'\\\\])'|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"",
          Pattern.DOTALL);

  @Test
  void textsUseTheFieldsTerms() {
    List<String> found = new ArrayList<>();
    int files = 0;
    for (Path file : texts()) {
      find(file, content(file), found);
      files++;
    }
    assertThat(files).isGreaterThan(30);
    assertThat(found).isEmpty();
  }

  @Test
  void messagesUseTheFieldsTerms() {
    List<String> found = new ArrayList<>();
    int literals = 0;
    for (String module : List.of("executor-lib", "driver", "jobs")) {
      for (Path file : under(PROJECT.resolve(module).resolve("src/main/java"), ".java")) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = LITERAL.matcher(content(file));
        while (matcher.find()) {
          if (matcher.group().startsWith("\"")) {
            text.append(matcher.group().replaceAll("^\"|\"$", ""));
            literals++;
          }
        }
        find(file, text.toString(), found);
      }
    }
    assertThat(literals).isGreaterThan(5000);
    assertThat(found).isEmpty();
  }

  private static void find(Path file, String text, List<String> found) {
    Matcher matcher = UNWANTED.matcher(text.toLowerCase(Locale.ROOT).replaceAll("[\\s#]+", " "));
    while (matcher.find()) {
      found.add(PROJECT.relativize(file) + ": " + matcher.group());
    }
  }

  private static List<Path> texts() {
    List<Path> texts = new ArrayList<>();
    texts.add(PROJECT.resolve("README.md"));
    texts.add(PROJECT.resolve("CHANGELOG.md"));
    texts.add(PROJECT.resolve("deploy/bin/strata"));
    texts.addAll(under(PROJECT.resolve("docs"), ".md"));
    texts.addAll(under(PROJECT.resolve("conf"), ".conf"));
    return texts;
  }

  private static List<Path> under(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
