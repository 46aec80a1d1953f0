/**
 * Preparation of data: reads rows of any source in a canonical form, splits and orders them by
 * their content, and writes them as a ShardSet with its preprocessing.
 */
package dev.strata.driver.data;
