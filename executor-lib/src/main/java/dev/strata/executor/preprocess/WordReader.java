package dev.strata.executor.preprocess;

import java.io.IOException;
import java.io.Serializable;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.StringTokenizer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * A text's words, side by side with one blank between: the canonical form, in which the same words
 * are the same text. For one thread at a time.
 */
public final class WordReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String WHITE_SPACE = " \t\n\r\f\u000B\u0085\u00A0\u2028\u2029";

  private final TextRule rule;

  /** Made where it is first used: it cannot travel. */
  private transient StandardTokenizer standard;

  public WordReader(TextRule rule) {
    this.rule = rule;
  }

  /** The words of a text with blanks between; empty where there are none. */
  public String words(String text) {
    String cased = rule.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
    return rule.tokenizer() == TextRule.Words.UNICODE ? standard(cased) : separated(cased);
  }

  /** How many words a canonical text has. */
  public static int count(String words) {
    int count = words.isEmpty() ? 0 : 1;
    for (int i = words.indexOf(' '); i >= 0; i = words.indexOf(' ', i + 1)) {
      count++;
    }
    return count;
  }

  private static String separated(String text) {
    StringBuilder words = new StringBuilder(text.length());
    StringTokenizer tokens = new StringTokenizer(text, WHITE_SPACE);
    while (tokens.hasMoreTokens()) {
      append(words, tokens.nextToken());
    }
    return words.toString();
  }

  private String standard(String text) {
    if (standard == null) {
      standard = new StandardTokenizer();
    }
    StringBuilder words = new StringBuilder(text.length());
    CharTermAttribute word = standard.getAttribute(CharTermAttribute.class);
    standard.setReader(new StringReader(text));
    try {
      standard.reset();
      while (standard.incrementToken()) {
        append(words, word);
      }
      standard.end();
      standard.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words.toString();
  }

  private static void append(StringBuilder words, CharSequence word) {
    if (!words.isEmpty()) {
      words.append(' ');
    }
    words.append(word);
  }
}
