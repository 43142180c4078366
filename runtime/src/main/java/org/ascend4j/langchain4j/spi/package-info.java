/** Lets a framework put its own builders in place of those that {@code builder()} gives; found by the service loader. */
package org.ascend4j.langchain4j.spi;
