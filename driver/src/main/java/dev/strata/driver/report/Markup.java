package dev.strata.driver.report;

/** HTML under construction; whatever comes from data or configuration is escaped. */
final class Markup {
  private final StringBuilder text = new StringBuilder();

  /**
   * {@code <tag name="value" …>}; attributes come as pairs, those with a null value are left out.
   */
  Markup open(String tag, String... attributes) {
    start(tag, attributes);
    text.append('>');
    return this;
  }

  Markup close(String tag) {
    text.append("</").append(tag).append('>');
    return this;
  }

  /** An element that holds text only. */
  Markup element(String tag, String content, String... attributes) {
    return open(tag, attributes).text(content).close(tag);
  }

  /** An element of SVG without content. */
  Markup shape(String tag, String... attributes) {
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  Markup text(String content) {
    text.append(escape(content));
    return this;
  }

  Markup line() {
    text.append('\n');
    return this;
  }

  Markup add(Markup other) {
    text.append(other.text);
    return this;
  }

  /** What is markup already: only for text of our own. */
  Markup trusted(String markup) {
    text.append(markup);
    return this;
  }

  private void start(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("an attribute of " + tag + " has no value");
    }
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        text.append(' ')
            .append(attributes[i])
            .append("=\"")
            .append(escape(attributes[i + 1]))
            .append('"');
      }
    }
  }

  static String escape(String content) {
    StringBuilder escaped = new StringBuilder(content.length() + 16);
    content.codePoints().forEach(c -> append(escaped, c));
    return escaped.toString();
  }

  private static void append(StringBuilder to, int c) {
    switch (c) {
      case '&' -> to.append("&amp;");
      case '<' -> to.append("&lt;");
      case '>' -> to.append("&gt;");
      case '"' -> to.append("&quot;");
      case '\'' -> to.append("&#39;");
      default -> {
        // controls and unpaired surrogates are no characters of HTML
        boolean control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
        boolean surrogate = c >= 0xd800 && c <= 0xdfff;
        to.appendCodePoint(control || surrogate ? 0xfffd : c);
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
