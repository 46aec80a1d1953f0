/** What differs between the versions of Spark and Scala that one {@code strata.jar} runs on. */
package dev.strata.driver.spark;
