package org.ascend4j.internal.schedule;

import java.util.List;
import java.util.Map;

/**
 * What changes a row's logits before a token is picked, in vLLM's order: allowed ids, banned ids, bias, penalties. Ids are
 * within the vocabulary and values finite: both are checked where the caller hands them in.
 *
 * @param allowed ids that may come at all; empty for all
 * @param banned runs of ids that may not come: the last of a run is barred where the answer ends with the others
 * @param bias added to the logits of these ids
 * @param repetition for ids of prompt and answer: divides logits above 0, multiplies others; 1 for none
 * @param frequency subtracted from an id's logit for each time it is in the answer
 * @param presence subtracted once from the logits of ids in the answer
 */
public record TokenRules(
        int[] allowed,
        List<int[]> banned,
        Map<Integer, Float> bias,
        float repetition,
        float frequency,
        float presence) {
    public static final TokenRules NONE = new TokenRules(new int[0], List.of(), Map.of(), 1, 0, 0);

    public TokenRules {
        banned = List.copyOf(banned);
        bias = Map.copyOf(bias);
    }

    /** Whether logits stay as they are. */
    public boolean none() {
        return allowed.length == 0 && banned.isEmpty() && bias.isEmpty() && !penalizes();
    }

    /** Whether what came before matters. */
    public boolean penalizes() {
        return repetition != 1 || countsAnswer();
    }

    /** Whether the answer's tokens are counted. */
    public boolean countsAnswer() {
        return frequency != 0 || presence != 0;
    }

    /** Whether the next token depends on which tokens came before it, not only on how many. */
    public boolean readsTokens() {
        if (penalizes()) {
            return true;
        }
        for (int i = 0; i < banned.size(); i++) { // asked for each row, so without a stream
            if (banned.get(i).length > 1) {
                return true;
            }
        }
        return false;
    }
}
