package org.ascend4j.internal.text;

import java.util.Collection;
import org.ascend4j.error.InvalidRequestException;

/**
 * Keeps markers inside users' text from being read as such after a chat template has mixed that text with markers of its
 * own: a wedge, a noncharacter that no message holds, is put inside each, and taken out again when the template's markers
 * have been found. So both kinds of text are still cut into words together, as llama.cpp does.
 */
public final class MarkerShield {
    /** Nothing is shielded. */
    public static final MarkerShield NONE = new MarkerShield('\0', false);

    private static final char FIRST_NONCHARACTER = '\uFDD0';
    private static final char LAST_NONCHARACTER = '\uFDEF';

    private final char wedge;
    private final boolean active;

    private MarkerShield(char wedge, boolean active) {
        this.wedge = wedge;
        this.active = active;
    }

    /** A shield for these texts. */
    public static MarkerShield over(Collection<String> texts) {
        for (char wedge = FIRST_NONCHARACTER; wedge <= LAST_NONCHARACTER; wedge++) {
            char candidate = wedge;
            if (texts.stream().noneMatch(text -> text.indexOf(candidate) >= 0)) {
                return new MarkerShield(candidate, true);
            }
        }
        throw new InvalidRequestException(
                "messages", "found all of the noncharacters U+FDD0 to U+FDEF, which no text has; remove one of them");
    }

    /** A user's text, in which no marker can be found any more. */
    public String protect(Tokenizer tokenizer, String text) {
        return tokenizer.breakMarkers(text, wedge);
    }

    /** Whether texts are shielded at all. */
    public boolean isActive() {
        return active;
    }

    /** The text as the user wrote it. */
    public String lift(String text) {
        return active && text.indexOf(wedge) >= 0 ? text.replace(String.valueOf(wedge), "") : text;
    }
}
