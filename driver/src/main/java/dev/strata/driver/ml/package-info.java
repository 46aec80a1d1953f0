/** Names of Spark ML stages in pipelines that earlier versions of Strata saved. */
package dev.strata.driver.ml;
