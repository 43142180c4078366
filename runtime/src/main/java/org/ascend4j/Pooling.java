package org.ascend4j;

/** How the vectors of a text's tokens become the text's vector. */
public enum Pooling {
    /** That of the last token, which alone has seen the whole text in a decoder. */
    LAST,
    /** Their mean. */
    MEAN,
    /** That of the first token, the one that BERT's makers called CLS. */
    CLS
}
