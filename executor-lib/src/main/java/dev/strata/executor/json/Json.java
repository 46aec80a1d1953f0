package dev.strata.executor.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.strata.executor.failure.StrataException;

/**
 * The one JSON mapper: records in and out, unknown fields tolerated on reading (newer writers),
 * stable order.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Json() {}

  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** One line. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + value, e);
    }
  }

  /** Indented, for files that people read. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + value, e);
    }
  }

  /**
   * @param file named in the error
   * @return never null
   * @throws StrataException (data) where the text is not JSON of that type, or {@code null}; it
   *     names the field
   */
  public static <T> T read(String text, Class<T> type, Object file) {
    T value;
    try {
      value = MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw unreadable(file, found(e, text), e);
    }
    if (value == null) {
      throw unreadable(file, "null", null);
    }
    return value;
  }

  /** What is wrong, and in which field: {@code files[1].bytes}. */
  private static String found(JsonProcessingException thrown, String text) {
    String what =
        MissingFields.of(thrown, text).orElseGet(() -> withoutTypes(thrown.getOriginalMessage()));
    if (!(thrown instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return what;
    }
    StringBuilder field = new StringBuilder();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      if (step.getFieldName() == null) {
        field.append('[').append(step.getIndex()).append(']');
      } else {
        field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return "field " + field + ": " + what;
  }

  /** The first line without classes of Strata, which mean nothing to a user. */
  private static String withoutTypes(String message) {
    String first =
        message.lines().findFirst().orElse("").replaceAll(" of type `dev\\.strata\\.[^`]*`", "");
    return first.contains("dev.strata.") ? "a value of another type" : first;
  }

  private static StrataException unreadable(Object file, String found, Throwable cause) {
    return StrataException.data("not a readable JSON file")
        .file(file)
        .found(found)
        .expected("JSON as Strata wrote it")
        .cause(cause)
        .build();
  }
}
