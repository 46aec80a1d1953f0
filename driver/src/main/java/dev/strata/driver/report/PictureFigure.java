package dev.strata.driver.report;

import dev.strata.driver.visualization.Picture;
import java.util.Base64;

/** A picture embedded in the page, with its note, and its findings as alternative text. */
final class PictureFigure {
  private PictureFigure() {}

  static void addTo(Markup page, Picture picture) {
    page.open("figure", "class", "picture").open("figcaption").element("h3", picture.title());
    page.element("p", picture.note(), "class", "note");
    picture.findings().forEach(finding -> page.element("p", finding));
    page.close("figcaption").line();
    String data = Base64.getEncoder().encodeToString(picture.raster().png());
    page.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", picture.title());
    page.open(
        "img",
        "src",
        "data:image/png;base64," + data,
        "width",
        String.valueOf(picture.raster().width()),
        "height",
        String.valueOf(picture.raster().height()),
        "alt",
        picture.title() + ". " + String.join(" ", picture.findings()));
    page.close("div").close("figure").line();
  }
}
