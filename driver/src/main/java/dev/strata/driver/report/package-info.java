/** Reports and status: {@code report.html} of a run, and what {@code strata status} shows. */
package dev.strata.driver.report;
