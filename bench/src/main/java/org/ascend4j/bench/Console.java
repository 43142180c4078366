package org.ascend4j.bench;

import java.io.PrintStream;

/** Where a command writes. */
record Console(PrintStream out, PrintStream err) {}
