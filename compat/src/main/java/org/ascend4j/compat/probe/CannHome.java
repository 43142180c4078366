package org.ascend4j.compat.probe;

/**
 * A directory that holds, or should hold, a CANN installation.
 *
 * @param path its name in the tree, as the origin gives it
 * @param origin the property, variable or rule that named it
 */
public record CannHome(String path, String origin) {}
