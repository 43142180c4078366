package org.ascend4j.internal.openai;

/** Tells what a token stands for. */
public interface TokenNames {
    /** The token's bytes, possibly a part of a character only; a marker's text for a special token. */
    byte[] bytes(int token);
}
