package dev.strata.driver.report;

import dev.strata.driver.picture.Picture;
import dev.strata.driver.picture.Raster;
import java.util.Base64;

/** A picture within the page itself, with its note, and its findings for whoever cannot see it. */
final class PictureFigure {
  private PictureFigure() {}

  static void addTo(Markup page, Picture picture) {
    page.open("figure", "class", "picture").open("figcaption").element("h3", picture.title());
    page.element("p", picture.note(), "class", "note");
    picture.findings().forEach(finding -> page.element("p", finding));
    page.close("figcaption").line();
    page.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", picture.title());
    if (picture.pixelsOrNull() == null) {
      page.trusted(picture.drawingOrNull().svg(picture.words()));
    } else {
      image(page, picture);
    }
    page.close("div").close("figure").line();
  }

  private static void image(Markup page, Picture picture) {
    Raster pixels = picture.pixelsOrNull();
    page.open(
        "img",
        "src",
        "data:image/png;base64," + Base64.getEncoder().encodeToString(pixels.png()),
        "width",
        String.valueOf(pixels.width()),
        "height",
        String.valueOf(pixels.height()),
        "alt",
        picture.words());
  }
}
