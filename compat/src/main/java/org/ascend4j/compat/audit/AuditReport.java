package org.ascend4j.compat.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.compat.json.JsonWriter;

/**
 * What an audit looked at and found.
 *
 * @param repository the directory that was named
 * @param mainCommits commits on main, however many refs it has
 * @param branches release branches, full names
 * @param releases tags that are releases, full names
 * @param otherTags tags whose names are no versions, full names; nothing is asked of them
 * @param notes what limits the answer, in sentences
 * @param findings what the policy does not allow, branches first
 */
public record AuditReport(
        String repository,
        int mainCommits,
        List<String> branches,
        List<String> releases,
        List<String> otherTags,
        List<String> notes,
        List<AuditFinding> findings) {

    /** True if nothing was found. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** The report as aligned text that ends with one line of verdict. */
    public String text() {
        StringBuilder text = new StringBuilder("Ascend4J repository audit\n");
        line(text, "", "repository", repository);
        line(text, "", "main", count(mainCommits, "commit", "commits"));
        line(text, "", "branches", counted(branches, "release branch", "release branches"));
        line(text, "", "tags", counted(releases, "release", "releases"));
        if (!otherTags.isEmpty()) {
            line(text, "", "other tags", otherTags.size() + ", no versions and not judged");
        }
        notes.forEach(note -> line(text, "", "note", note));
        for (AuditFinding finding : findings) {
            text.append("\nFINDING ").append(finding.id());
            text.append(finding.ref().isEmpty() ? "" : "  " + finding.ref());
            text.append(finding.commit().isEmpty() ? "" : "  " + finding.commit())
                    .append('\n');
            line(text, "  ", "found", finding.found());
            line(text, "  ", "expected", finding.expected());
            line(text, "  ", "do", finding.action());
        }
        return text.append(clean() ? "\nCLEAN: the repository keeps the release policy\n" : verdict())
                .toString();
    }

    private String verdict() {
        return "\nNOT CLEAN: " + count(findings.size(), "finding", "findings") + " against the release policy\n";
    }

    private static String counted(List<String> names, String one, String many) {
        String shown =
                String.join(", ", names.stream().map(SafeText::of).limit(5).toList());
        String more = names.size() > 5 ? ", ..." : "";
        return count(names.size(), one, many) + (names.isEmpty() ? "" : ": " + shown + more);
    }

    private static String count(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private static void line(StringBuilder text, String indent, String label, String value) {
        text.append(indent).append(label).append(" ".repeat(12 - label.length()));
        text.append(value).append('\n');
    }

    /** The report as one JSON document with the members of this record, and {@code clean}. */
    public String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("repository", repository);
        members.put("clean", clean());
        members.put("main_commits", mainCommits);
        members.put("branches", branches);
        members.put("releases", releases);
        members.put("other_tags", otherTags);
        members.put("notes", notes);
        members.put("findings", findings.stream().map(AuditFinding::members).toList());
        return JsonWriter.write(members);
    }
}
