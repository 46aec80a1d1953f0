/** Random numbers as a function of a key, independent of the order in which they are drawn. */
package dev.strata.executor.random;
