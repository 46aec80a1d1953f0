/** Generated images of characters, the data of {@code strata quickstart}. */
package dev.strata.driver.quickstart;
