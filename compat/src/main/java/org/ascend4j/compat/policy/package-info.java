/** The release policy's clauses as answers: what a version is, what was released when, what may land where. */
package org.ascend4j.compat.policy;
