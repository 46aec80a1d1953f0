package dev.strata.driver.models;

/**
 * One file of a bundle.
 *
 * @param name inside the bundle's folder
 * @param bytes of the file
 * @param sha256 of the file, hexadecimal
 */
public record StoredFile(String name, long bytes, String sha256) {}
