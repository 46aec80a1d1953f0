package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Scaling;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code normalizer.bin} of a DL4J zip. The bytes are those of ND4J's {@code
 * NormalizerSerializer}, version 1; no class that they name is loaded.
 */
final class Dl4jNormalizer {
  /** ND4J's {@code EPS_THRESHOLD}: it never divides by less. */
  private static final double LEAST = 1e-5;

  /** Most numbers of a row; a file that claims more is damaged. */
  private static final long WIDTH_LIMIT = 1L << 24;

  private static final String REMEDY =
      "a standardise, min-max or image normaliser of the features alone; or a zip without"
          + " normalizer.bin, with import.preprocessing";

  private Dl4jNormalizer() {}

  /**
   * @param in the whole entry
   * @param file named in errors
   * @throws StrataException (data) where it is none of those that Strata can apply
   */
  static RowScaling read(InputStream in, String file) throws IOException {
    return new Reader(new DataInputStream(new BufferedInputStream(in)), file).read();
  }

  private record Reader(DataInputStream in, String file) {
    RowScaling read() throws IOException {
      try {
        in.mark(2);
        if (in.readUnsignedShort() == 0xACED) {
          throw refused("a serialized Java object of an old version of DL4J");
        }
        in.reset();
        String head = in.readUTF();
        int version = head.equals("NORMALIZER") ? in.readInt() : 0;
        if (version != 1) {
          throw damaged("head " + head + ", version " + version);
        }
        return read(in.readUTF());
      } catch (EOFException | UTFDataFormatException e) {
        throw damaged("unexpected end");
      }
    }

    private RowScaling read(String type) throws IOException {
      RowScaling read =
          switch (type) {
            case "STANDARDIZE" -> standardize();
            case "MIN_MAX" -> minMax();
            case "IMAGE_MIN_MAX" -> image();
            case "CUSTOM" -> throw refused("a custom normaliser class, " + in.readUTF());
            default -> throw refused("a normaliser of type " + type);
          };
      if (in.read() >= 0) {
        throw damaged("more bytes than a normaliser of type " + type + " has");
      }
      return read;
    }

    private void refuseLabels() throws IOException {
      if (in.readBoolean()) {
        throw refused("a normaliser that also scales the labels (fitLabel)");
      }
    }

    private RowScaling standardize() throws IOException {
      refuseLabels();
      List<Double> mean = array();
      List<Double> deviation = array(mean.size());
      return checked(
          Scaling.STANDARD, mean, deviation.stream().map(d -> Math.max(d, LEAST)).toList(), false);
    }

    /** {@code (x - lower) / (upper - lower) · (to - from) + from}. */
    private RowScaling minMax() throws IOException {
      refuseLabels();
      double from = in.readDouble();
      double to = Math.max(in.readDouble(), from + LEAST);
      List<Double> lower = array();
      List<Double> upper = array(lower.size());
      List<Double> shift = new ArrayList<>();
      List<Double> divisor = new ArrayList<>();
      for (int i = 0; i < lower.size(); i++) {
        double width = Math.max(upper.get(i) - lower.get(i), LEAST) / (to - from);
        divisor.add(width);
        shift.add(lower.get(i) - from * width);
      }
      return checked(Scaling.MIN_MAX, shift, divisor, false);
    }

    /** {@code x / most · (to - from) + from}. */
    private RowScaling image() throws IOException {
      double from = in.readDouble();
      double to = in.readDouble();
      double divisor = in.readDouble() / (to - from);
      return from == 0
          ? checked(Scaling.DIVIDE_BY, List.of(0.0), List.of(divisor), true)
          : checked(Scaling.MIN_MAX, List.of(-from * divisor), List.of(divisor), true);
    }

    private RowScaling checked(
        Scaling scaling, List<Double> shift, List<Double> divisor, boolean same) {
      for (int i = 0; i < shift.size(); i++) {
        if (!Double.isFinite(shift.get(i))
            || !(divisor.get(i) > 0)
            || !Double.isFinite(divisor.get(i))) {
          throw refused(
              "number " + i + " scaled by (x - " + shift.get(i) + ") / " + divisor.get(i));
        }
      }
      return new RowScaling(scaling, shift, divisor, same);
    }

    private List<Double> array() throws IOException {
      return array(-1);
    }

    /**
     * As {@code Nd4j.write} writes a vector: its shape, then its elements, each with a mode, a
     * length and a type before.
     *
     * @param expected elements; -1: any number
     */
    private List<Double> array(int expected) throws IOException {
      in.readUTF();
      long numbers = in.readLong();
      String shapeType = in.readUTF();
      if (numbers < 1 || numbers > 68 || !shapeType.equals("LONG")) {
        throw damaged("a shape of " + numbers + " numbers of type " + shapeType);
      }
      long rank = in.readLong();
      long elements = 1;
      for (long i = 1; i < numbers; i++) {
        long size = in.readLong();
        elements =
            i <= rank ? Math.multiplyHigh(elements, size) == 0 ? elements * size : -1 : elements;
      }
      in.readUTF();
      long length = in.readLong();
      String type = in.readUTF();
      boolean wide = type.equals("DOUBLE");
      if (!wide && !type.equals("FLOAT")
          || length != elements
          || length < 1
          || length > WIDTH_LIMIT
          || expected >= 0 && length != expected) {
        throw damaged("an array of " + length + " elements of type " + type);
      }
      List<Double> values = new ArrayList<>();
      for (long i = 0; i < length; i++) {
        values.add(wide ? in.readDouble() : (double) in.readFloat());
      }
      return values;
    }

    private StrataException damaged(String found) {
      return StrataException.data("cannot read the normaliser of the DL4J model")
          .file(file)
          .found(found)
          .expected("a normaliser written by ModelSerializer.addNormalizerToModel")
          .build();
    }

    private StrataException refused(String found) {
      return StrataException.data("the normaliser of the DL4J model cannot become preprocessing")
          .file(file)
          .found(found)
          .expected(REMEDY)
          .build();
    }
  }
}
