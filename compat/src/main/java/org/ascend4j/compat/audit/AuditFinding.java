package org.ascend4j.compat.audit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing in a repository that the release policy does not allow, or that cannot be judged.
 *
 * @param id which rule, for example {@code missing-counterpart}
 * @param ref the branch or tag, full name; empty if it concerns the whole repository
 * @param commit 40 hexadecimal digits; empty if it concerns no commit
 * @param found what is there
 * @param expected what the policy asks for
 * @param action what to do about it
 */
public record AuditFinding(String id, String ref, String commit, String found, String expected, String action) {

    /** The finding as JSON members. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("ref", ref);
        members.put("commit", commit);
        members.put("found", found);
        members.put("expected", expected);
        members.put("action", action);
        return members;
    }
}
