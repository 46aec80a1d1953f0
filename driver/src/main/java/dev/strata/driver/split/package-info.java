/**
 * Splits: divide rows into train, validation and test, and order them, by their content and the
 * seed.
 */
package dev.strata.driver.split;
