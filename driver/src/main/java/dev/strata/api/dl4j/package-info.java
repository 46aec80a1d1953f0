/**
 * Strata under programs that were written for DL4J's Spark module: they keep its classes and
 * exchange the training master. As {@code dev.strata.api}, this package stays compatible from one
 * version to the next. It needs {@code dl4j-spark_2.12} on the class path, which no other package
 * of Strata does.
 */
package dev.strata.api.dl4j;
