/** Files of a source: lists and opens them, decodes their text, and explains failures to read. */
package dev.strata.driver.file;
