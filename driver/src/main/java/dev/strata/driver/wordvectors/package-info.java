/** Pretrained word vectors, read from text files into an embedding layer. */
package dev.strata.driver.wordvectors;
