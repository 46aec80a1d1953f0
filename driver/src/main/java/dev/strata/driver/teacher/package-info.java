/**
 * A teacher: models of Spark ML that are fitted on labelled rows, or a column of the data, and the
 * labels that it gives to rows without one.
 */
package dev.strata.driver.teacher;
