package org.ascend4j.compat;

/** How much a finding weighs, heaviest first. */
public enum Severity {
    /** The stack is outside the release's row or below a floor: the release must not run on it. */
    REFUSE,
    /** The release runs, but without something. */
    DEGRADE,
    /** It cannot be told, or it is outside what was tested though not known to fail. */
    WARN,
    /** It fits, or it does not matter. */
    INFO
}
