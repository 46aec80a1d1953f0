package dev.strata.driver.data;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Conversion of image files to rows: the keys {@code data.images}.
 *
 * @param colour numbers of a pixel
 * @param resize height and width to resize images to; empty: no resizing
 * @param sizes whether images may differ in size
 */
public record ImageSettings(Colour colour, List<Integer> resize, Sizes sizes)
    implements Serializable {
  public ImageSettings {
    resize = List.copyOf(resize);
    if (!resize.isEmpty() && resize.size() != 2) {
      throw new IllegalArgumentException("height and width, not " + resize);
    }
  }

  /** The defaults of the keys: grey, not resized, all of one size. */
  public static ImageSettings defaults() {
    return new ImageSettings(Colour.GREY, List.of(), Sizes.SAME);
  }

  /** Height and width that images are brought to. */
  public Optional<List<Integer>> size() {
    return resize.isEmpty() ? Optional.empty() : Optional.of(resize);
  }

  /** Numbers of a pixel. */
  public enum Colour {
    GREY(1),
    RGB(3);

    private final int channels;

    Colour(int channels) {
      this.channels = channels;
    }

    /** How many numbers. */
    public int channels() {
      return channels;
    }
  }

  /** Allowed image sizes. */
  public enum Sizes {
    /** That of the first; resizing is a step of the preprocessing, kept with every model. */
    SAME,
    /** Any; each is resized as it is read. */
    ANY
  }
}
