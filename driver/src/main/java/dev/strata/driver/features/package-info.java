/** Extraction: writes what layers of a saved model compute for each row, as Parquet. */
package dev.strata.driver.features;
