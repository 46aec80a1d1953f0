package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * Brightness, contrast, saturation and hue of an image are changed, in this order, each by a factor
 * or an angle of its own (Howard 2013; torchvision's {@code ColorJitter} without its clipping, and
 * with the hue as a turn about the grey axis of YIQ). With f uniform in [1 − change, 1 + change], m
 * the mean grey of the image, g the grey of a pixel (0.299 R + 0.587 G + 0.114 B) and x a number of
 * it:
 *
 * <ul>
 *   <li>brightness: f x
 *   <li>contrast: m + f (x − m)
 *   <li>saturation: g + f (x − g)
 *   <li>hue: the pixel's part beside its grey is turned by an angle uniform in [−hue, hue] · 360°
 * </ul>
 *
 * @param brightness change, in [0, 1]
 * @param contrast change, in [0, 1]
 * @param saturation change, in [0, 1]; above 0 for colours alone
 * @param hue share of a whole turn, in [0, 0.5]; above 0 for colours alone
 */
public record ColourJitter(double brightness, double contrast, double saturation, double hue)
    implements CorruptionSpec {
  public static final String TYPE = "colour-jitter";

  /** Red, green and blue as YIQ, the rows being Y, I and Q (FCC 1953). */
  private static final double[][] YIQ = {
    {0.299, 0.587, 0.114}, {0.595716, -0.274453, -0.321263}, {0.211456, -0.522591, 0.311135}
  };

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    change(at + ".brightness", brightness, 1, problems);
    change(at + ".contrast", contrast, 1, problems);
    change(at + ".saturation", saturation, 1, problems);
    change(at + ".hue", hue, 0.5, problems);
    if (brightness == 0 && contrast == 0 && saturation == 0 && hue == 0) {
      problems.add(
          at + ".brightness", brightness, "above 0, or one of contrast, saturation and hue");
    }
  }

  private static void change(String key, double value, double most, NetworkProblems problems) {
    if (!(value >= 0 && value <= most)) {
      problems.add(key, value, "in [0, " + most + "]");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    if (shape.channels() != 3 && (saturation > 0 || hue > 0)) {
      throw StrataException.configuration("grey images have no saturation and hue")
          .key(at + (saturation > 0 ? ".saturation" : ".hue"))
          .found(saturation > 0 ? saturation : hue)
          .expected("0, or images with the three channels red, green and blue")
          .build();
    }
    return (row, random) -> {
      float bright = (float) factor(brightness, random);
      for (int i = 0; i < row.length; i++) {
        row[i] *= bright;
      }
      blend(row, shape.channels(), factor(contrast, random), true);
      double saturated = factor(saturation, random);
      double angle = 2 * Math.PI * hue * (2 * random.uniform() - 1);
      if (shape.channels() == 3) {
        blend(row, 3, saturated, false);
        turn(row, angle);
      }
      return true;
    };
  }

  private static double factor(double change, RandomStream random) {
    return 1 + change * (2 * random.uniform() - 1);
  }

  /** {@code x} becomes {@code grey + factor (x − grey)}, the grey of the image or of each pixel. */
  private static void blend(float[] row, int channels, double factor, boolean ofImage) {
    if (factor == 1) {
      return;
    }
    double mean = 0;
    for (int at = 0; ofImage && at < row.length; at += channels) {
      mean += grey(row, at, channels) * channels / row.length;
    }
    for (int at = 0; at < row.length; at += channels) {
      double grey = ofImage ? mean : grey(row, at, channels);
      for (int c = 0; c < channels; c++) {
        row[at + c] = (float) (grey + factor * (row[at + c] - grey));
      }
    }
  }

  static double grey(float[] row, int at, int channels) {
    if (channels == 3) {
      return YIQ[0][0] * row[at] + YIQ[0][1] * row[at + 1] + YIQ[0][2] * row[at + 2];
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += row[at + c];
    }
    return sum / channels;
  }

  private static void turn(float[] row, double angle) {
    if (angle == 0) {
      return;
    }
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (int at = 0; at < row.length; at += 3) {
      double i = product(YIQ[1], row, at);
      double q = product(YIQ[2], row, at);
      double turnedI = cos * i - sin * q - i;
      double turnedQ = sin * i + cos * q - q;
      // What the turn adds, as red, green and blue: the inverse of YIQ without its grey.
      row[at] += (float) (0.9563 * turnedI + 0.6210 * turnedQ);
      row[at + 1] += (float) (-0.2721 * turnedI - 0.6474 * turnedQ);
      row[at + 2] += (float) (-1.1070 * turnedI + 1.7046 * turnedQ);
    }
  }

  private static double product(double[] weights, float[] row, int at) {
    return weights[0] * row[at] + weights[1] * row[at + 1] + weights[2] * row[at + 2];
  }
}
