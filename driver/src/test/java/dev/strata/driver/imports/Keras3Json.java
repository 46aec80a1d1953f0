package dev.strata.driver.imports;

import java.util.List;

/** Layers as Keras 3 writes them into {@code model_config}. */
final class Keras3Json {
  static final String FLOAT32 = policy("DTypePolicy", "float32");

  private Keras3Json() {}

  /** A type of numbers, as an object with a name. */
  static String policy(String kind, String name) {
    return "{\"module\": \"keras\", \"class_name\": \"%s\", \"config\": {\"name\": \"%s\"},"
            .formatted(kind, name)
        + " \"registered_name\": null}";
  }

  /** An object of Keras itself. */
  static String object(String module, String kind, String config) {
    return "{\"module\": \"%s\", \"class_name\": \"%s\", \"config\": {%s}, \"registered_name\": null}"
        .formatted(module, kind, config);
  }

  /** A layer of float32. */
  static String layer(String kind, String name, String... settings) {
    return typed(kind, name, FLOAT32, settings);
  }

  static String typed(String kind, String name, String type, String... settings) {
    String config =
        "\"name\": \"%s\", \"trainable\": true, \"dtype\": %s".formatted(name, type)
            + String.join("", List.of(settings).stream().map(s -> ", " + s).toList());
    return object("keras.layers", kind, config);
  }

  /** A dense layer; what is given after the activation replaces Keras' usual settings. */
  static String dense(String name, Object units, String activation, String... others) {
    return layer("Dense", name, denseSettings(units, "\"" + activation + "\"", others));
  }

  /**
   * @param activation JSON
   */
  static String[] denseSettings(Object units, String activation, String... others) {
    String all = String.join("", others);
    String settings = "\"units\": " + units + ", \"activation\": " + activation;
    for (String usual :
        List.of(
            "\"use_bias\": true",
            "\"kernel_initializer\": "
                + object("keras.initializers", "GlorotUniform", "\"seed\": null"),
            "\"bias_initializer\": " + object("keras.initializers", "Zeros", ""),
            "\"kernel_regularizer\": null",
            "\"bias_regularizer\": null",
            "\"kernel_constraint\": null",
            "\"bias_constraint\": null",
            "\"quantization_config\": null")) {
      if (!all.contains(usual.substring(0, usual.indexOf(':')))) {
        settings += ", " + usual;
      }
    }
    for (String other : others) {
      settings += ", " + other;
    }
    return new String[] {settings};
  }
}
