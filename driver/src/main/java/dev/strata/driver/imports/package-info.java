/**
 * Import of models that other frameworks saved: Keras HDF5, DL4J zips, ONNX, NumPy, safetensors.
 */
package dev.strata.driver.imports;
