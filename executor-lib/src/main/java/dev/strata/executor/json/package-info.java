/** JSON of all files that Strata writes, in one canonical form. */
package dev.strata.executor.json;
