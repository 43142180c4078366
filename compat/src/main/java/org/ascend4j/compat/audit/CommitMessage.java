package org.ascend4j.compat.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * What the audit reads of a commit's message.
 *
 * @param subject its first line, fit for a report
 * @param pickedFrom ids of the commits that it says it was picked from, as git cherry-pick -x writes
 */
record CommitMessage(String subject, List<String> pickedFrom) {
    private static final Pattern TRAILER =
            Pattern.compile("(?m)^[ \\t]*\\(cherry picked from commit ([0-9a-f]{7,40})\\)[ \\t\\r]*$");

    /** Reads a raw commit. Its encoding does not matter: all that is looked for is ASCII. */
    static CommitMessage of(byte[] raw) {
        int start = RawParseUtils.commitMessage(raw, 0);
        String text = start < 0 ? "" : new String(raw, start, raw.length - start, StandardCharsets.UTF_8);
        List<String> picked = TRAILER.matcher(text)
                .results()
                .map(result -> result.group(1))
                .distinct()
                .toList();
        String body = text.stripLeading();
        int end = body.indexOf('\n');
        return new CommitMessage(SafeText.of(end < 0 ? body : body.substring(0, end)), picked);
    }
}
