/** Training of DL4J's own network objects on RDDs of DL4J's {@code DataSet}s. */
package dev.strata.driver.dl4j;
