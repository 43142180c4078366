/** The side of {@code bench/peers/compare} that runs in a JVM: measures this engine through its public API on request. */
package org.ascend4j.bench.peer;
