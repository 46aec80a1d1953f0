/** Rows of a source: their columns, cells and values, and why one cannot be read. */
package dev.strata.driver.row;
