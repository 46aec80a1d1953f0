/** The GPUs that a job asks Spark for: refused before any work where tasks could not use them. */
package dev.strata.driver.device;
