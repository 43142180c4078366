package org.ascend4j.compat.policy;

import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * What a text is under the release policy.
 *
 * @param text the text as it was given
 * @param release the release that it names; empty if it names none by the scheme
 * @param normal what PEP 440 reads; empty if it is not even that
 * @param summary what it is, in a sentence
 * @param faults why it is no valid release; empty if it is one
 * @param vllm the vLLM releases that it matches
 * @param row the matrix row that applies; empty if there is none
 * @param notes what else one should know
 * @param breaches where the published release itself breaks the policy
 */
public record Explanation(
        String text,
        Optional<PolicyVersion> release,
        Optional<Pep440Version> normal,
        String summary,
        List<String> faults,
        List<String> vllm,
        Optional<MatrixRow> row,
        List<String> notes,
        List<String> breaches) {

    /** True if the text names a release that exists or that the rules would let be the next of its kind. */
    public boolean valid() {
        return faults.isEmpty();
    }
}
