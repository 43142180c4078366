package org.ascend4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.internal.sample.TokenLogprobs;

/**
 * How likely the model found a token, by its logits as they were: before temperature, penalties and grammars.
 *
 * @param token the id
 * @param logprob its natural-log probability
 * @param rank how many tokens are at least as likely; 1 for the best
 * @param top as many of the most likely tokens as were asked for, best first
 */
public record TokenLogprob(int token, double logprob, int rank, Map<Integer, Double> top) {
    static TokenLogprob of(TokenLogprobs found) {
        Map<Integer, Double> top = new LinkedHashMap<>();
        for (int i = 0; i < found.topIds().length; i++) {
            top.put(found.topIds()[i], (double) found.topLogprobs()[i]);
        }
        return new TokenLogprob(found.id(), found.logprob(), found.rank(), top);
    }
}
