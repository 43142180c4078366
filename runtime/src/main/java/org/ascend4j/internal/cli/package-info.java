/** The command {@code java -jar ascend4j.jar}; needs picocli, which the library does not. */
package org.ascend4j.internal.cli;
