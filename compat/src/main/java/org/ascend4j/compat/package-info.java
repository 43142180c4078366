/**
 * The guard: does the stack of this host fit this plugin release? Enter by
 * {@link org.ascend4j.compat.CompatibilityGuard}.
 */
package org.ascend4j.compat;
