package dev.strata.driver.zoo;

import java.util.Optional;

/**
 * The section {@code zoo}.
 *
 * @param path folder of the model zoo, any Hadoop URI
 * @param unpackLimit bytes that a bundle in one zip file may unpack to
 */
public record ZooSettings(Optional<String> path, long unpackLimit) {}
