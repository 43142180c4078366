/**
 * What is on a host, read from files below a root and an environment map: pure functions that start
 * no process, open no library and throw for nothing that a host may contain.
 */
package org.ascend4j.compat.probe;
