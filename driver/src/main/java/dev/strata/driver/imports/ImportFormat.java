package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Kinds of files that models come in; the key {@code import.format}. */
public enum ImportFormat {
  /** By the file's first bytes. */
  AUTO,
  /** {@code .keras} or HDF5 of Keras 2 or 3: a model, or weights for a network. */
  KERAS,
  /** A zip as DL4J's {@code ModelSerializer} writes it. */
  DL4J,
  /** {@code .npz} or {@code .npy}: weights for a network that the configuration describes. */
  NUMPY,
  /** {@code .safetensors}: likewise. */
  SAFETENSORS,
  /** A multilayer perceptron in ONNX. */
  ONNX;

  private static final String READ =
      "Keras (.keras, .h5), a DL4J zip, ONNX, safetensors, .npz or .npy";

  private static final int HEAD = 16;
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};

  /**
   * What a file is.
   *
   * @throws StrataException (data) where it is nothing that can be imported
   */
  static ImportFormat of(ImportSource source) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(source.local())) {
      head = in.readNBytes(HEAD);
    }
    if (begins(head, HDF5)) {
      return KERAS;
    }
    if (begins(head, NPY)) {
      return NUMPY;
    }
    if (SafetensorsFile.isMeant(head, Files.size(source.local()))) {
      return SAFETENSORS;
    }
    if (OnnxImport.isMeant(head)) {
      return ONNX;
    }
    if (!begins(head, ZIP) && !begins(head, EMPTY_ZIP)) {
      throw refused(source, ForeignFile.of(source.local(), source.name()));
    }
    Set<String> names = names(source);
    if (names.contains("configuration.json") || names.contains("coefficients.bin")) {
      return DL4J;
    }
    if (KerasZip.isMeant(names)) {
      return KERAS;
    }
    ForeignFile foreign = ForeignFile.zip(names);
    if (foreign.remedy().isEmpty() && names.stream().anyMatch(name -> name.endsWith(".npy"))) {
      return NUMPY;
    }
    throw refused(source, foreign);
  }

  private static StrataException refused(ImportSource source, ForeignFile foreign) {
    return refused(source.name(), foreign);
  }

  /** A file or folder that is nothing that can be imported. */
  static StrataException refused(String file, ForeignFile foreign) {
    return StrataException.data("unsupported file format")
        .key("import.from")
        .file(file)
        .found(foreign.what())
        .expected(foreign.remedy().isEmpty() ? READ : READ + "; " + foreign.remedy())
        .build();
  }

  /** Of a damaged zip the first entry, by which its reader says what is wrong. */
  private static Set<String> names(ImportSource source) throws IOException {
    try (ImportZip zip = new ImportZip(source.local())) {
      return zip.names();
    } catch (ZipException e) {
      return Set.of(firstEntry(source));
    }
  }

  private static String firstEntry(ImportSource source) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(source.local()))) {
      ZipEntry entry = zip.getNextEntry();
      return entry == null ? "nothing" : entry.getName();
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      return "an unreadable file";
    }
  }

  private static boolean begins(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
