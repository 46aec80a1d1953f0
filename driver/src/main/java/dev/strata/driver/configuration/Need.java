package dev.strata.driver.configuration;

/** What a command requires of the configuration besides that all of it is right. */
public enum Need {
  /** {@code output.dir}. */
  OUTPUT,
  /** A source of rows under {@code data}. */
  DATA,
  /** A source of rows under {@code data}, be it of validation or test rows only. */
  ROWS,
  /** A label: something to learn or to compare with. */
  LABEL,
  /** {@code network}, unless {@code init.from} gives one. */
  NETWORK,
  /** {@code pretrain.layers}. */
  PRETRAINING,
  /** {@code task}, and lower layers in {@code network}. */
  TASK,
  /** {@code network} as what is put on a model; without layers it is one output layer. */
  TOP,
  /** {@code model}. */
  MODEL,
  /** {@code model}, which may name several. */
  ENSEMBLE,
  /** {@code zoo.path}. */
  ZOO,
  /** {@code compare}: hidden layers, or none, and methods. */
  COMPARISON,
  /** {@code tune}: keys that the network has. */
  TUNING,
  /** {@code import.from}. */
  IMPORT,
  /** Something that is extracted: {@code extract.layers}, predictions or errors. */
  LAYERS
}
