/** Sources: read CSV, JSON, libsvm, IDX, images, Parquet, ORC, SQL and tables as rows. */
package dev.strata.driver.source;
