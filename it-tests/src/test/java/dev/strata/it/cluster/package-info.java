/**
 * Scenarios on real clusters: standalone, YARN, HDFS, schedulers, failures, long runs. They take
 * minutes each; {@code ./mvnw -Pcluster verify} runs them all and prints a table.
 */
package dev.strata.it.cluster;
