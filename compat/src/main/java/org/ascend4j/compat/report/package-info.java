/** A verdict as text for operators, JSON for programs and JUnit XML for pipelines. */
package org.ascend4j.compat.report;
