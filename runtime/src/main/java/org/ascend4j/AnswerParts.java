package org.ascend4j;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.tools.AnswerScanner;
import org.ascend4j.internal.tools.CallListener;

/** Takes an answer's text apart as it comes: what is for the user, thoughts, calls. One answer, one thread. */
final class AnswerParts implements CallListener {
    /** Mistral's templates take no other names than nine letters and digits. */
    private static final int ID_CHARS = 9;

    private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom IDS = new SecureRandom();

    /** What a piece of an answer brought. */
    record Part(String text, String reasoning, List<ToolCall> calls) {}

    private final AnswerScanner scanner;
    private final boolean parallel;
    private final boolean forced;
    private final StringBuilder wholeText = new StringBuilder();
    private final StringBuilder wholeReasoning = new StringBuilder();
    private final List<ToolCall> allCalls = new ArrayList<>();
    private int textAt;
    private int reasoningAt;
    private int callsAt;

    AnswerParts(AnswerSyntax syntax) {
        this.scanner =
                syntax.plain() ? null : new AnswerScanner(syntax.format(), syntax.thinks(), syntax.thinking(), this);
        this.parallel = syntax.choice().parallel();
        this.forced = syntax.forces();
    }

    /** Takes more of the answer. */
    void accept(String more) {
        if (scanner == null) {
            wholeText.append(more);
        } else {
            scanner.accept(more);
        }
    }

    /** Takes note that the answer has ended. */
    void finish() {
        if (scanner != null) {
            scanner.finish();
        }
    }

    /** What came since the last call. */
    Part take() {
        Part part = new Part(
                wholeText.substring(textAt),
                wholeReasoning.substring(reasoningAt),
                callsAt == allCalls.size() ? List.of() : List.copyOf(allCalls.subList(callsAt, allCalls.size())));
        textAt = wholeText.length();
        reasoningAt = wholeReasoning.length();
        callsAt = allCalls.size();
        return part;
    }

    /** Whether there is a call and no other may follow. */
    boolean satisfied() {
        return !parallel && !allCalls.isEmpty();
    }

    String text() {
        return wholeText.toString();
    }

    String reasoning() {
        return wholeReasoning.toString();
    }

    List<ToolCall> calls() {
        return allCalls;
    }

    @Override
    public void text(String more) {
        // Where a call is forced, all that is not one is what was cut off of the last.
        if (!forced && !satisfied()) {
            wholeText.append(more);
        }
    }

    @Override
    public void reasoning(String more) {
        wholeReasoning.append(more);
    }

    @Override
    public void call(String id, String name, String arguments) {
        if (!satisfied()) {
            allCalls.add(new ToolCall(id.isEmpty() ? newId() : id, name, arguments));
        }
    }

    private static String newId() {
        StringBuilder id = new StringBuilder(ID_CHARS);
        for (int i = 0; i < ID_CHARS; i++) {
            id.append(ID_ALPHABET.charAt(IDS.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }
}
