package dev.strata.driver.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.SvgFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class DrawingTest {
  private static final List<String> TEXTS =
      List.of("hidden-1: 12,345 (7 %)", "Zürich", "层 𝛼 · ²", "<b>&\"'</b>", " a  b ");

  @Test
  void textsComeOutAsTheyAre() throws Exception {
    Drawing drawing = new Drawing(400, 300);
    TEXTS.forEach(text -> drawing.text(text, 390.25, 30, 12, 0x55616E, Drawing.Anchor.END));

    SvgFile svg = new SvgFile(drawing.file("of \"<all>\""));

    assertThat(svg.texts()).isEqualTo(TEXTS);
    assertThat(svg.root().getAttribute("aria-label")).isEqualTo("of \"<all>\"");
    Element first = svg.all("text").get(0);
    assertThat(first.getAttribute("text-anchor")).isEqualTo("end");
    assertThat(first.getAttribute("x")).isEqualTo("390.3");
    assertThat(first.getAttribute("fill")).isEqualTo("#55616e");
  }

  @Test
  void whatIsNoCharacterOfXmlIsReplaced() throws Exception {
    SvgFile svg =
        new SvgFile(
            new Drawing(9, 9)
                .text("a\u0000\u001bb\ud800c\uffff", 0, 9, 9, 0, Drawing.Anchor.START)
                .file("\u0007"));
    assertThat(svg.texts()).containsExactly("a\ufffd\ufffdb\ufffdc\ufffd");
    assertThat(svg.root().getAttribute("aria-label")).isEqualTo("\ufffd");
  }

  @Test
  void nothingIsLoadedFromOutside() throws Exception {
    Raster pixels = new Raster(3, 2).fill(1, 0, 1, 1, 0x123456);
    String text =
        new Drawing(30, 20)
            .image(pixels, 4, 5)
            .fill(0, 0, 2, 2, 0)
            .stroke(new double[] {1, 2, 3, 4}, 2, 0)
            .text("x", 0, 0, 9, 0, Drawing.Anchor.MIDDLE)
            .svg("t");

    String outside = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assertThat(outside).doesNotContain("http", "url(", "@import", "<script", "<style");
    SvgFile svg = new SvgFile(text.getBytes(StandardCharsets.UTF_8));
    assertThat(svg.images())
        .singleElement()
        .satisfies(image -> assertThat(image.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x123456));
  }

  @Test
  void numbersHaveDotsInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(new Drawing(9, 9).fill(0.5, 1, 2.25, 3, 0xABCDEF).svg(""))
          .contains("<rect x=\"0.5\" y=\"1\" width=\"2.3\" height=\"3\" fill=\"#abcdef\"/>");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatHasNoSizeIsLeftOut() throws Exception {
    Drawing drawing = new Drawing(9, 9).fill(1, 1, 0, 5, 1).fill(1, 1, 5, -1, 1);
    SvgFile svg = new SvgFile(drawing.stroke(new double[0], 1, 1).file("t"));
    assertThat(svg.all("rect", "fill", "#000001")).isEmpty();
    assertThat(svg.all("path")).isEmpty();
  }
}
