package dev.strata.driver.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Adult data (UCI): its columns, and its test rows as texts. */
public final class AdultRows {
  public static final List<String> COLUMNS =
      List.of(
          "age",
          "workclass",
          "fnlwgt",
          "education",
          "education-num",
          "marital-status",
          "occupation",
          "relationship",
          "race",
          "sex",
          "capital-gain",
          "capital-loss",
          "hours-per-week",
          "native-country",
          "income");

  private AdultRows() {}

  /**
   * @param folder with {@code adult.test}
   * @return the cells of its rows
   */
  public static List<String[]> test(Path folder) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("adult.test"))) {
      String[] cells = line.split(", *");
      if (cells.length == COLUMNS.size()) {
        rows.add(cells);
      }
    }
    return rows;
  }

  /**
   * Inputs of an exported model: numbers are parsed, texts taken as they are.
   *
   * @return by the columns' names; the caller closes them
   */
  public static Map<String, OnnxTensor> tensors(
      List<String[]> rows, OrtSession session, OrtEnvironment runtime) throws OrtException {
    Map<String, OnnxTensor> columns = new HashMap<>();
    for (String name : session.getInputNames()) {
      int at = COLUMNS.indexOf(name);
      boolean text = session.getInputInfo().get(name).toString().contains("STRING");
      String[] texts = new String[rows.size()];
      double[][] numbers = new double[rows.size()][1];
      for (int r = 0; r < texts.length; r++) {
        texts[r] = rows.get(r)[at];
        numbers[r][0] = text ? 0 : Double.parseDouble(texts[r]);
      }
      columns.put(
          name,
          text
              ? OnnxTensor.createTensor(runtime, texts, new long[] {rows.size(), 1})
              : OnnxTensor.createTensor(runtime, numbers));
    }
    return columns;
  }
}
