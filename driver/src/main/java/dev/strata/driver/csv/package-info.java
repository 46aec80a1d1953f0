/** CSV: recognises quotes, separators and comments of a file from its lines. */
package dev.strata.driver.csv;
