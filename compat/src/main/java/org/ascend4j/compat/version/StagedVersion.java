package org.ascend4j.compat.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar and order that CANN and HDK numbers share, though the two series never compare with
 * each other: numeric fields, then stage (test build, alpha, beta, candidate, final) and its number,
 * then what follows a candidate (alpha and beta before it, a patch after it). Build stamps and the
 * case of letters carry no order. Trailing zero fields do not count: 8.3 equals 8.3.0.
 */
record StagedVersion(String text, List<Long> fields, int stage, long stageNumber, int subStage, long subNumber)
        implements Comparable<StagedVersion> {
    private static final int MAX_LENGTH = 128;
    private static final int FINAL = 9;

    /** Sub-stage of a candidate without any: between its own alpha or beta and its patches. */
    private static final int NONE = 5;

    private static final int PATCH = 6;
    private static final List<String> STAGES = List.of("t", "alpha", "beta", "rc");

    /** Lengths are bounded, so no number overflows a long and no repetition nests. */
    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18}){1,7})"
            + "(?:[.-](t|alpha|beta|rc)[.-]?(\\d{1,18})"
            + "(?:[.-](alpha|beta)?[.-]?(\\d{1,18}))?)?"
            + "(?:\\.b\\d{1,18})?(?:_[0-9a-z]{1,64})?");

    static Optional<StagedVersion> tryParse(String text) {
        String stripped = Texts.strip(text);
        if (stripped.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = GRAMMAR.matcher(stripped.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<Long> fields = new ArrayList<>();
        for (String field : matcher.group(1).split("\\.")) {
            fields.add(Long.valueOf(field));
        }
        String stage = matcher.group(2);
        String sub = matcher.group(5) == null ? null : matcher.group(4);
        int subStage = matcher.group(5) == null ? NONE : sub == null ? PATCH : STAGES.indexOf(sub);
        return Optional.of(new StagedVersion(
                stripped,
                List.copyOf(fields),
                stage == null ? FINAL : STAGES.indexOf(stage),
                number(matcher.group(3)),
                subStage,
                number(matcher.group(5))));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    @Override
    public int compareTo(StagedVersion other) {
        for (int i = 0; i < Math.max(fields.size(), other.fields.size()); i++) {
            int order = Long.compare(field(i), other.field(i));
            if (order != 0) {
                return order;
            }
        }
        int order = Integer.compare(stage, other.stage);
        order = order != 0 ? order : Long.compare(stageNumber, other.stageNumber);
        order = order != 0 ? order : Integer.compare(subStage, other.subStage);
        return order != 0 ? order : Long.compare(subNumber, other.subNumber);
    }

    /** Equal versions have equal normal forms: three fields at least, no build stamp, a candidate as RC. */
    String normal() {
        int end = fields.size();
        // A staged number counts its trailing zeros as little as a final one does, but prints two fields.
        int least = stage == FINAL ? 3 : 2;
        while (end > least && fields.get(end - 1) == 0) {
            end--;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.max(end, least); i++) {
            text.append(i == 0 ? "" : ".").append(field(i));
        }
        if (stage == FINAL) {
            return text.toString();
        }
        String name = STAGES.get(stage);
        text.append('.').append(stage == STAGES.indexOf("rc") ? "RC" : name.equals("t") ? "T" : name);
        text.append(stageNumber);
        if (subStage != NONE) {
            text.append('.')
                    .append(subStage == PATCH ? "" : STAGES.get(subStage))
                    .append(subNumber);
        }
        return text.toString();
    }

    boolean isFinal() {
        return stage == FINAL;
    }

    private long field(int index) {
        return index < fields.size() ? fields.get(index) : 0;
    }

    int orderHash() {
        int end = fields.size();
        while (end > 0 && fields.get(end - 1) == 0) {
            end--;
        }
        return List.of(fields.subList(0, end), stage, stageNumber, subStage, subNumber)
                .hashCode();
    }
}
