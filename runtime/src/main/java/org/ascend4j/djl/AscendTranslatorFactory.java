package org.ascend4j.djl;

import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Translators for models of the engine {@code Ascend}: from a question to its answer ({@code String} to {@code String}),
 * from text to its vector ({@code String} to {@code float[]}, for models that were loaded to embed) and, for servers, from
 * {@link Input} to {@link Output}, which takes OpenAI's JSON or plain text and streams. A {@code serving.properties} names
 * it as {@code translatorFactory}.
 */
public final class AscendTranslatorFactory implements TranslatorFactory {
    private static final Set<Pair<Type, Type>> TYPES = Set.of(
            new Pair<>(String.class, String.class),
            new Pair<>(String.class, float[].class),
            new Pair<>(Input.class, Output.class));

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return TYPES;
    }

    /** @throws TranslateException if the model is of another engine */
    @Override
    @SuppressWarnings("unchecked") // the class objects say what I and O are
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        AscendModel own = own(model);
        if (input == String.class && output == String.class) {
            return (Translator<I, O>) new TextTranslator(own, TextArguments.read(arguments));
        }
        if (input == Input.class && output == Output.class) {
            return (Translator<I, O>) new ServingTranslator(
                    own.embeds() ? new EmbeddingRequests(own) : new TextRequests(own, TextArguments.read(arguments)));
        }
        if (input == String.class && output == float[].class) {
            return (Translator<I, O>) new EmbeddingTranslator(own.embedder());
        }
        throw new TranslateException("found " + input.getTypeName() + " to " + output.getTypeName()
                + ", expected String to String or float[], or Input to Output");
    }

    private static AscendModel own(Model model) throws TranslateException {
        Model wrapped = model instanceof ZooModel<?, ?> zoo ? zoo.getWrappedModel() : model;
        if (wrapped instanceof AscendModel own) {
            return own;
        }
        throw new TranslateException("found a model of "
                + (wrapped == null ? "none" : wrapped.getClass().getName()) + ", expected one of the engine "
                + AscendEngine.NAME + "; say engine=" + AscendEngine.NAME);
    }
}
