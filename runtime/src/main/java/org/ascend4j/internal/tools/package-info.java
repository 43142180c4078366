/** Finds tool calls and reasoning in what a model writes, as its family marks them. */
package org.ascend4j.internal.tools;
