package dev.strata.driver.mlflow;

import java.io.IOException;

/** The server answered with an error. */
final class ServerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param code MLflow's, such as {@code RESOURCE_DOES_NOT_EXIST}; empty where there is none
   */
  ServerException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  boolean is(String other) {
    return code.equals(other);
  }
}
