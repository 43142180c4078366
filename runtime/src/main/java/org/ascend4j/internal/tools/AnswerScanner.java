package org.ascend4j.internal.tools;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a model's answer piece by piece and tells text, reasoning and calls apart. What could be the beginning of a marker
 * is held back until it is one or not; a call is told when it is whole; what looks like a call and is none is text, to the
 * letter. Every character is looked at a bounded number of times, however the answer is cut. One answer, one thread.
 */
public final class AnswerScanner {
    /** A call longer than this is text. */
    static final int MOST_CALL_CHARS = 1 << 20;

    private static final String THINK = "<think>";
    private static final String THOUGHT = "</think>";
    private static final String CALL_END = "</tool_call>";
    private static final String ARGUMENTS = "[ARGS]";
    private static final String CALL_ID = "[CALL_ID]";
    private static final int MOST_NAME_CHARS = 600;
    private static final int MOST_SPACE_CHARS = 256;
    private static final int PART = 256;
    private static final int MOST_FAILURES = 64;
    private static final int MOST_CALLS = 1024;

    private enum State {
        START,
        TEXT,
        REASONING,
        BEFORE_CALL,
        NAME,
        JSON,
        AFTER_CALL
    }

    private final CallFormat format;
    private final boolean thinks;
    private final CallListener listener;
    private final StringBuilder held = new StringBuilder();
    private State state;
    private JsonEnd end;
    private int at;
    private int jsonStart;
    private boolean trims;
    private int failures;
    private int found;

    /**
     * @param thinks whether the model may think aloud between {@code <think>} and {@code </think>}
     * @param thinking whether the prompt has opened its thought already
     */
    public AnswerScanner(CallFormat format, boolean thinks, boolean thinking, CallListener listener) {
        this.format = format;
        this.thinks = thinks || thinking;
        this.listener = listener;
        this.state = thinking ? State.REASONING : State.START;
        this.trims = thinking;
    }

    /** The markers that a vocabulary may have as special tokens. */
    public static Set<String> markers(CallFormat format, boolean thinks) {
        Set<String> markers = new HashSet<>();
        if (thinks) {
            markers.addAll(List.of(THINK, THOUGHT));
        }
        if (format != CallFormat.NONE) {
            markers.addAll(List.of(format.opening(), CALL_END, ARGUMENTS, CALL_ID));
        }
        return markers;
    }

    /** Takes the next piece of the answer. */
    public void accept(String piece) {
        // Short parts, so that what is held stays short and taking something off its front stays cheap.
        for (int from = 0; from < piece.length(); from += PART) {
            held.append(piece, from, Math.min(piece.length(), from + PART));
            while (step()) {
                // Each step takes something off or changes the state.
            }
        }
    }

    /** Takes note that the answer has ended: what was held back is text after all. */
    public void finish() {
        if (state == State.REASONING) {
            release(held.length(), true);
        } else {
            release(held.length(), false);
        }
    }

    private boolean step() {
        return switch (state) {
            case START -> start();
            case TEXT -> text();
            case REASONING -> reasoning();
            case BEFORE_CALL -> beforeCall();
            case NAME -> name();
            case JSON -> json();
            case AFTER_CALL -> afterCall();
        };
    }

    /** Only white space so far: a thought or, for Llama, the call itself may begin here. */
    private boolean start() {
        int first = firstVisible(0);
        if (first == held.length()) {
            if (first > MOST_SPACE_CHARS) {
                state = State.TEXT;
            }
            return first > MOST_SPACE_CHARS;
        }
        if (thinks && couldBe(THINK, first)) {
            if (!has(THINK, first)) {
                return false;
            }
            return enter(State.REASONING, first + THINK.length());
        }
        if (format == CallFormat.LLAMA3 && looks()) {
            if (has(format.opening(), first) || held.charAt(first) == '{') {
                at = has(format.opening(), first) ? first + format.opening().length() : first;
                state = State.BEFORE_CALL;
                return true;
            }
            if (couldBe(format.opening(), first)) {
                return false;
            }
        }
        state = State.TEXT;
        return true;
    }

    /** An answer with more than this has gone astray, and looking on would cost time for nothing. */
    private boolean looks() {
        return failures < MOST_FAILURES && found < MOST_CALLS;
    }

    private boolean enter(State next, int taken) {
        held.delete(0, taken);
        trims = true;
        at = 0;
        state = next;
        return true;
    }

    private boolean text() {
        boolean marked = (format == CallFormat.HERMES || format == CallFormat.MISTRAL) && looks();
        for (int i = at; i < held.length(); i++) {
            if (marked && couldBe(format.opening(), i)) {
                release(i, false);
                at = 0;
                if (!has(format.opening(), 0)) {
                    return false;
                }
                at = format.opening().length();
                state = State.BEFORE_CALL;
                return true;
            }
        }
        release(held.length(), false);
        at = 0;
        return false;
    }

    private boolean reasoning() {
        for (int i = 0; i < held.length(); i++) {
            if (couldBe(THOUGHT, i)) {
                // White space between a thought and its end is nobody's.
                int last = lastVisible(i);
                boolean ended = has(THOUGHT, i);
                release(last, true);
                return ended && enter(State.AFTER_CALL, i - last + THOUGHT.length());
            }
        }
        int last = lastVisible(held.length());
        release(held.length() - last > MOST_SPACE_CHARS ? held.length() : last, true);
        return false;
    }

    /** Behind the marker: white space, then what a call begins with. */
    private boolean beforeCall() {
        int first = firstVisible(at);
        if (first == held.length()) {
            return first - at > MOST_SPACE_CHARS && noCall();
        }
        char c = held.charAt(first);
        if (c == '{' || c == '[' && format == CallFormat.MISTRAL) {
            jsonStart = first;
            at = first;
            end = new JsonEnd();
            state = State.JSON;
            return true;
        }
        if (format == CallFormat.MISTRAL && (Character.isLetterOrDigit(c) || c == '_')) {
            at = first;
            state = State.NAME;
            return true;
        }
        return noCall();
    }

    private boolean name() {
        for (; at < held.length(); at++) {
            char c = held.charAt(at);
            if (c == '[' && couldBe(ARGUMENTS, at)) {
                return has(ARGUMENTS, at) && arguments(firstVisible(at + ARGUMENTS.length()));
            }
            boolean id = c == '[' && couldBe(CALL_ID, at);
            if (id && !has(CALL_ID, at)) {
                return false;
            }
            if (c < ' ' || c == '[' && !id || at > MOST_NAME_CHARS) {
                return noCall();
            }
        }
        return false;
    }

    private boolean arguments(int first) {
        if (first == held.length()) {
            return first - at > MOST_SPACE_CHARS && noCall();
        }
        if (held.charAt(first) != '{') {
            return noCall();
        }
        jsonStart = first;
        at = first;
        end = new JsonEnd();
        state = State.JSON;
        return true;
    }

    private boolean json() {
        for (; at < held.length(); at++) {
            if (end.ends(held.charAt(at))) {
                at++;
                return read();
            }
        }
        return held.length() > MOST_CALL_CHARS && noCall();
    }

    private boolean read() {
        String json = held.substring(jsonStart, at);
        String front = held.substring(0, jsonStart).strip();
        Optional<List<CallReader.Call>> calls = front.endsWith(ARGUMENTS) ? named(front, json) : CallReader.read(json);
        if (calls.isEmpty()) {
            failures++;
            return noCall();
        }
        found += calls.get().size();
        calls.get().forEach(call -> listener.call(call.id(), call.name(), call.arguments()));
        return enter(State.AFTER_CALL, at);
    }

    private Optional<List<CallReader.Call>> named(String front, String json) {
        String name = front.substring(format.opening().length(), front.length() - ARGUMENTS.length());
        int cut = name.indexOf(CALL_ID);
        String id = cut < 0 ? "" : name.substring(cut + CALL_ID.length()).strip();
        return CallReader.read(id, (cut < 0 ? name : name.substring(0, cut)).strip(), json);
    }

    /** What was taken for a call is text, as far as it has been looked at: nothing is looked at twice. */
    private boolean noCall() {
        release(Math.min(Math.max(at, 1), held.length()), false);
        at = 0;
        state = State.TEXT;
        return held.length() > 0;
    }

    /** Behind a call or a thought: white space and end markers are left out. */
    private boolean afterCall() {
        int first = firstVisible(0);
        if (first == held.length()) {
            held.setLength(0);
            return false;
        }
        if (format == CallFormat.HERMES && couldBe(CALL_END, first)) {
            if (!has(CALL_END, first)) {
                return false;
            }
            held.delete(0, first + CALL_END.length());
            return true;
        }
        held.delete(0, first);
        at = 0;
        if (format == CallFormat.LLAMA3) {
            if (held.charAt(0) == ';') {
                held.deleteCharAt(0);
                return true;
            }
            state = State.START;
            return true;
        }
        state = State.TEXT;
        return true;
    }

    private int firstVisible(int from) {
        int first = from;
        while (first < held.length() && Character.isWhitespace(held.charAt(first))) {
            first++;
        }
        return first;
    }

    private int lastVisible(int to) {
        int last = to;
        while (last > 0 && Character.isWhitespace(held.charAt(last - 1))) {
            last--;
        }
        return last;
    }

    private boolean has(String marker, int from) {
        return held.length() - from >= marker.length() && couldBe(marker, from);
    }

    /** Whether what is held from there on begins with a marker, as far as it goes. */
    private boolean couldBe(String marker, int from) {
        int length = Math.min(marker.length(), held.length() - from);
        for (int i = 0; i < length; i++) {
            if (held.charAt(from + i) != marker.charAt(i)) {
                return false;
            }
        }
        return length > 0;
    }

    private void release(int to, boolean thought) {
        int from = trims ? Math.min(firstVisible(0), to) : 0;
        if (to > from) {
            trims = false;
            String more = held.substring(from, to);
            if (thought) {
                listener.reasoning(more);
            } else {
                listener.text(more);
            }
        }
        held.delete(0, to);
    }
}
