package org.ascend4j.compat.probe;

/**
 * What a check may start besides reading files.
 *
 * @param libraries ask CANN's and the driver's libraries, in a process of their own
 * @param python start the Python that was found
 */
public record ActiveProbes(boolean libraries, boolean python) {
    /** Nothing at all. */
    public static final ActiveProbes NONE = new ActiveProbes(false, false);
}
