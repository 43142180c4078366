package org.ascend4j.compat.report;

import java.util.Locale;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;

/**
 * A verdict as JUnit XML, which pipelines show: one test case for each finding. A case fails exactly
 * if it makes the command's exit code non-zero; what else there is to say stands in its output.
 */
public final class JUnitReport {
    private JUnitReport() {}

    /**
     * The report.
     *
     * @param warningsFail whether findings that warn or degrade fail their case
     */
    public static String of(Verdict verdict, boolean warningsFail) {
        long failures = verdict.findings().stream()
                .filter(finding -> fails(verdict, finding, warningsFail))
                .count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuites>\n  <testsuite name=\"ascend4j-compat check\" tests=\"")
                .append(verdict.findings().size())
                .append("\" failures=\"")
                .append(failures)
                .append("\" errors=\"0\" skipped=\"0\">\n    <properties>\n");
        property(xml, "plugin_version", verdict.plugin().toString());
        property(xml, "verdict", verdict.outcome().toString());
        property(xml, "mode", verdict.mode().toString());
        property(
                xml,
                "matching_releases",
                String.join(
                        " ",
                        verdict.matchingReleases().stream()
                                .map(Object::toString)
                                .toList()));
        verdict.overrides().forEach(override -> property(xml, "override " + override.name(), override.value()));
        xml.append("    </properties>\n");
        verdict.findings().forEach(finding -> testCase(xml, finding, fails(verdict, finding, warningsFail)));
        xml.append("    <system-out>").append(escaped(verdict.summary())).append("</system-out>\n");
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private static boolean fails(Verdict verdict, Finding finding, boolean warningsFail) {
        boolean refused = verdict.outcome() == Verdict.Outcome.REFUSE && finding.severity() == Severity.REFUSE;
        return refused || warningsFail && finding.severity() != Severity.INFO;
    }

    private static void property(StringBuilder xml, String name, String value) {
        xml.append("      <property name=\"")
                .append(escaped(name))
                .append("\" value=\"")
                .append(escaped(value))
                .append("\"/>\n");
    }

    private static void testCase(StringBuilder xml, Finding finding, boolean fails) {
        String severity = finding.severity().name().toLowerCase(Locale.ROOT);
        xml.append("    <testcase classname=\"ascend4j.compat.")
                .append(escaped(finding.id()))
                .append("\" name=\"")
                .append(escaped(finding.subject() + " " + finding.found() + " (" + finding.source() + ")"))
                .append("\" time=\"0\"");
        if (finding.severity() == Severity.INFO && !fails) {
            xml.append("/>\n");
            return;
        }
        String element = fails ? "failure" : "system-out";
        xml.append(">\n      <").append(element);
        if (fails) {
            xml.append(" type=\"").append(severity).append("\" message=\"");
            xml.append(escaped("expected " + finding.expected() + ", found " + finding.found()))
                    .append('"');
        }
        xml.append('>')
                .append(escaped(severity + ": " + finding.cause() + " " + finding.action()))
                .append("</")
                .append(element)
                .append(">\n    </testcase>\n");
    }

    /** Findings are printable ASCII, so only the characters with a meaning in XML are left. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
