package org.ascend4j;

/**
 * A document with its score.
 *
 * @param index its place in the list that was given
 * @param score how well it answers the query; greater is better
 * @param tokens how many the model saw of query and document, markers included
 */
public record RankedDocument(int index, double score, int tokens) {}
