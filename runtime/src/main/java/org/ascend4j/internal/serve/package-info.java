/** The OpenAI-compatible server. Needs Jackson and the JDK's module jdk.httpserver. */
package org.ascend4j.internal.serve;
