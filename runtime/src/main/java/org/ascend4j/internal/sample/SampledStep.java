package org.ascend4j.internal.sample;

import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.schedule.Sequence;

/**
 * What a step's logits gave.
 *
 * @param ids one for each sampled row; those behind a refuted guess, or of a sequence that is gone, mean nothing. Valid
 *     until the next step is sampled
 * @param logprobs of generated tokens, where wanted; those behind the end of an answer are to be left out
 * @param promptLogprobs of tokens of prompts, where wanted
 * @param failures sequences that cannot go on; to be ended before the step is applied
 */
public record SampledStep(
        int[] ids, List<TokenLogprobs> logprobs, List<TokenLogprobs> promptLogprobs, List<Failure> failures) {
    /** A sequence that no token may follow, whose grammar gave up, or whose logits are damaged. */
    public record Failure(Sequence sequence, AscendException cause) {}
}
