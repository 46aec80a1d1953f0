package dev.strata.driver.picture;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * A drawing of lines, rectangles and text as one SVG document that refers to nothing outside. Text
 * is text: the viewer chooses the font, and it can be searched and copied. Coordinates grow to the
 * right and downwards.
 */
public final class Drawing {
  private final int width;
  private final int height;
  private final StringBuilder content = new StringBuilder();

  public Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** Which place of a text lies at the place that it is given. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** A filled rectangle; nothing where it has no size. */
  public Drawing fill(double x, double y, double wide, double high, int colour) {
    if (wide > 0 && high > 0) {
      content.append("<rect x=\"").append(at(x)).append("\" y=\"").append(at(y));
      content.append("\" width=\"").append(at(wide)).append("\" height=\"").append(at(high));
      content.append("\" fill=\"").append(colour(colour)).append("\"/>\n");
    }
    return this;
  }

  /**
   * A polyline with round ends; a single point becomes a dot.
   *
   * @param points x, y, x, y, …
   */
  public Drawing stroke(double[] points, double thickness, int colour) {
    if (points.length < 2) {
      return this;
    }
    content.append("<path d=\"");
    for (int i = 0; i + 1 < points.length; i += 2) {
      content.append(i == 0 ? "M" : "L").append(at(points[i])).append(' ');
      content.append(at(points[i + 1]));
    }
    if (points.length == 2) {
      content.append("h0");
    }
    content.append("\" fill=\"none\" stroke=\"").append(colour(colour));
    content.append("\" stroke-width=\"").append(at(thickness));
    content.append("\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n");
    return this;
  }

  /**
   * One line of text.
   *
   * @param baseline y of the line that letters stand on
   * @param size of the font
   */
  public Drawing text(
      String text, double x, double baseline, double size, int colour, Anchor anchor) {
    content.append("<text x=\"").append(at(x)).append("\" y=\"").append(at(baseline));
    content.append("\" font-size=\"").append(at(size));
    content.append("\" fill=\"").append(colour(colour)).append('"');
    if (anchor != Anchor.START) {
      content.append(" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT)).append('"');
    }
    content.append('>').append(escape(text)).append("</text>\n");
    return this;
  }

  /** Pixels inside the drawing, each one unit wide and high. */
  public Drawing image(Raster pixels, double x, double y) {
    content.append("<image x=\"").append(at(x)).append("\" y=\"").append(at(y));
    content.append("\" width=\"").append(pixels.width());
    content.append("\" height=\"").append(pixels.height());
    content.append("\" href=\"data:image/png;base64,");
    content.append(Base64.getEncoder().encodeToString(pixels.png())).append("\"/>\n");
    return this;
  }

  /**
   * The document.
   *
   * @param title read aloud in place of the drawing
   */
  public String svg(String title) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
        + width
        + " "
        + height
        + "\" width=\""
        + width
        + "\" height=\""
        + height
        + "\" role=\"img\" aria-label=\""
        + escape(title)
        + "\" font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\">\n"
        + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        + content
        + "</svg>\n";
  }

  /** {@link #svg} as a file. */
  public byte[] file(String title) {
    return svg(title).getBytes(StandardCharsets.UTF_8);
  }

  private static String colour(int colour) {
    return String.format(Locale.ROOT, "#%06x", colour);
  }

  private static String at(double place) {
    String text = String.format(Locale.ROOT, "%.1f", place);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** What is no character of XML becomes U+FFFD. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> {
                  boolean control = c < 0x20 && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0;
                  boolean none = c >= 0xd800 && c <= 0xdfff || c == 0xfffe || c == 0xffff;
                  escaped.appendCodePoint(control || none ? 0xfffd : c);
                }
              }
            });
    return escaped.toString();
  }
}
