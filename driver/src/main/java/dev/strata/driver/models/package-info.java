/**
 * Model bundles: a stock DL4J network with its preprocessing and provenance, written and read as a
 * whole with checksums.
 */
package dev.strata.driver.models;
