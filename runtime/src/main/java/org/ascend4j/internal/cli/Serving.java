package org.ascend4j.internal.cli;

import java.time.Duration;

/** A running server, as far as the command needs one. */
interface Serving {
    int port();

    /** Finishes what is running and stops; whether all was answered in this time. */
    boolean drain(Duration patience);
}
