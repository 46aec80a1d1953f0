/** Settings of the data: sources, columns, labels, split, text and images. */
package dev.strata.driver.data;
