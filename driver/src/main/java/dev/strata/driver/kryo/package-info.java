/** Registration of the classes that travel between driver and executors. */
package dev.strata.driver.kryo;
