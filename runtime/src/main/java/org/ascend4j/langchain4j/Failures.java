package org.ascend4j.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import java.util.function.Supplier;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.EngineFailedException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.error.UnavailableException;

/** This library's exceptions as LangChain4j's, which tell its retries what is worth trying again. Each has ours as its cause. */
final class Failures {
    private Failures() {}

    static <T> T translated(Supplier<T> action) {
        try {
            return action.get();
        } catch (AscendException | IncompatibleStackException e) {
            throw translate(e);
        }
    }

    static RuntimeException translate(RuntimeException failure) {
        if (failure instanceof IncompatibleStackException refused) {
            return new NonRetriableException(
                    "the guard refuses this host's stack: " + refused.description() + "\nWhat to do: "
                            + refused.action(),
                    refused);
        }
        if (failure instanceof InvalidRequestException) {
            return new dev.langchain4j.exception.InvalidRequestException(failure.getMessage(), failure);
        }
        if (failure instanceof OverloadedException) {
            return new RateLimitException(failure.getMessage(), failure);
        }
        if (failure instanceof EngineFailedException || failure instanceof ModelFormatException) {
            return new NonRetriableException(failure.getMessage(), failure);
        }
        if (failure instanceof UnavailableException) {
            return new InternalServerException(failure.getMessage(), failure);
        }
        return failure instanceof AscendException ? new LangChain4jException(failure.getMessage(), failure) : failure;
    }
}
