/** Import of models that other frameworks saved: Keras HDF5 files, DL4J zips and NumPy arrays. */
package dev.strata.driver.imports;
