package org.ascend4j;

/**
 * What the model sees of a prompt, and how its answer is to be read.
 *
 * @param ids not copied
 */
record EncodedPrompt(int[] ids, AnswerSyntax syntax) {
    static EncodedPrompt plain(int... ids) {
        return new EncodedPrompt(ids, AnswerSyntax.PLAIN);
    }

    EncodedPrompt withoutThoughts() {
        return new EncodedPrompt(ids, syntax.withoutThoughts());
    }
}
