package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;

/**
 * What a server's requests go through. It only starts the answer: whoever reads the output waits for it, so one worker is
 * enough however many requests are on their way, and the engine sees them all.
 */
final class ServingTranslator implements NoBatchifyTranslator<Input, Output> {
    private static final String OUTPUT = "output";

    private final RequestHandler requests;

    ServingTranslator(RequestHandler requests) {
        this.requests = requests;
    }

    @Override
    public NDList processInput(TranslatorContext context, Input input) {
        context.setAttachment(OUTPUT, requests.start(input));
        return new NDList();
    }

    @Override
    public Output processOutput(TranslatorContext context, NDList list) {
        return (Output) context.getAttachment(OUTPUT);
    }
}
