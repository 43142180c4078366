/** Writes reports as JSON; the library needs no other package for it. */
package org.ascend4j.compat.json;
