package org.ascend4j.compat.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * The next version of a kind, or why the policy forbids one.
 *
 * @param version the version; empty if none is allowed
 * @param reasons why this one, or why none, in sentences; never empty
 */
public record Proposal(Optional<PolicyVersion> version, List<String> reasons) {

    /** The tag on the first line, then the reasons; or the refusal. */
    public String text() {
        StringBuilder text = new StringBuilder(version.map(PolicyVersion::tag).orElse("REFUSED"));
        text.append('\n');
        reasons.forEach(reason -> text.append("  because ").append(reason).append('\n'));
        return text.toString();
    }

    /** The same as one JSON document. */
    public String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("allowed", version.isPresent());
        members.put("version", version.map(PolicyVersion::toString));
        members.put("tag", version.map(PolicyVersion::tag));
        members.put("reasons", reasons);
        return JsonWriter.write(members);
    }
}
