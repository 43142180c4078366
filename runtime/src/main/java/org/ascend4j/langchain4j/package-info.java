/**
 * LangChain4j's models on this library's engine; needs {@code dev.langchain4j:langchain4j-core}. Each model has a builder
 * and takes a model that is open already, so that several share one engine, or a path to one that it opens and closes.
 */
package org.ascend4j.langchain4j;
