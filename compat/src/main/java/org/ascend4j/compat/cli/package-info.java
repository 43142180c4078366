/** The command {@code java -jar ascend4j-compat.jar}; needs picocli, which the library does not. */
package org.ascend4j.compat.cli;
