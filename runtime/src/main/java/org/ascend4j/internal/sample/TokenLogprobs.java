package org.ascend4j.internal.sample;

import org.ascend4j.internal.schedule.Sequence;

/**
 * How likely the model found a token: log softmax of its logits as they were, before rules, masks and temperature.
 *
 * @param position the token's position in its sequence
 * @param id the token
 * @param logprob its log probability
 * @param rank how many tokens are at least as likely: 1 for the best
 * @param topIds the most likely tokens, best first; of equals the smaller id
 * @param topLogprobs their log probabilities
 */
public record TokenLogprobs(
        Sequence sequence, int position, int id, float logprob, int rank, int[] topIds, float[] topLogprobs) {}
