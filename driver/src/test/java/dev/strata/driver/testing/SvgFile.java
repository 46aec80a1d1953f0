package dev.strata.driver.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** An SVG document as an XML parser sees it. */
public final class SvgFile {
  private static final String PNG = "data:image/png;base64,";

  private final Document document;

  /** Fails where it is no well-formed XML. */
  public SvgFile(byte[] file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(file));
  }

  public Element root() {
    return document.getDocumentElement();
  }

  /** Contents of all texts, in order. */
  public List<String> texts() {
    return all("text").stream().map(Element::getTextContent).toList();
  }

  /** Elements of a name whose attribute has a value. */
  public List<Element> all(String name, String attribute, String value) {
    return all(name).stream().filter(e -> e.getAttribute(attribute).equals(value)).toList();
  }

  /** Elements of a name. */
  public List<Element> all(String name) {
    NodeList found = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** Pixels inside the document; fails where an image is none of the document's own. */
  public List<BufferedImage> images() {
    return all("image").stream()
        .map(
            image -> {
              String href = image.getAttribute("href");
              if (!href.startsWith(PNG)) {
                throw new AssertionError("an image of another place: " + href);
              }
              byte[] png = Base64.getDecoder().decode(href.substring(PNG.length()));
              try {
                return ImageIO.read(new ByteArrayInputStream(png));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }
}
