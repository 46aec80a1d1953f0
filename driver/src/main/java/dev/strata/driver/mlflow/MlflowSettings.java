package dev.strata.driver.mlflow;

import java.time.Duration;
import java.util.Optional;

/**
 * The section {@code mlflow}.
 *
 * @param trackingUri address of the server, {@code http://HOST:PORT}; absent: runs are not tracked
 * @param experiment that runs belong to; created where the server does not have it
 * @param runName absent: the name of the output folder
 * @param registeredModel model to add a version to; absent: none is added
 * @param token sent as {@code Authorization: Bearer}; absent: none, or user and password of the
 *     address
 * @param timeout longest time that the end of a run waits for the server
 */
public record MlflowSettings(
    Optional<String> trackingUri,
    String experiment,
    Optional<String> runName,
    Optional<String> registeredModel,
    Optional<String> token,
    Duration timeout) {}
