package org.ascend4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.Json;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.ResponseFormat;
import org.ascend4j.ToolCall;
import org.ascend4j.ToolChoice;
import org.ascend4j.ToolDefinition;
import org.ascend4j.error.InvalidRequestException;

/** LangChain4j's messages and parameters in this library's terms. */
final class RequestMapping {
    private RequestMapping() {}

    static Prompt prompt(List<ChatMessage> messages, ChatRequestParameters parameters) {
        Prompt.Chat chat = new Prompt.Chat(messages(messages));
        if (!parameters.toolSpecifications().isEmpty()) {
            chat = chat.withTools(parameters.toolSpecifications().stream()
                            .map(RequestMapping::tool)
                            .toList())
                    .withToolChoice(choice(parameters));
        } else if (parameters.toolChoice() == dev.langchain4j.model.chat.request.ToolChoice.REQUIRED) {
            throw new InvalidRequestException(
                    "toolChoice", "found REQUIRED without toolSpecifications, expected at least one");
        }
        return parameters instanceof AscendChatRequestParameters own ? chat.withThinking(own.thinking()) : chat;
    }

    static List<Message> messages(List<ChatMessage> messages) {
        return messages.stream().map(RequestMapping::message).toList();
    }

    private static Message message(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            return Message.system(system.text());
        }
        if (message instanceof UserMessage user) {
            return Message.user(text(user.contents()));
        }
        if (message instanceof AiMessage answer) {
            return Message.assistant(
                    answer.text() == null ? "" : answer.text(),
                    answer.toolExecutionRequests().stream()
                            .map(RequestMapping::call)
                            .toList());
        }
        if (message instanceof ToolExecutionResultMessage result) {
            return Message.tool(result.id() == null ? "" : result.id(), text(result.contents()));
        }
        throw new UnsupportedFeatureException("messages of type " + message.type() + " are not supported");
    }

    private static ToolCall call(ToolExecutionRequest request) {
        return new ToolCall(
                request.id() == null ? "" : request.id(),
                request.name(),
                request.arguments() == null || request.arguments().isBlank() ? "{}" : request.arguments());
    }

    /** The parts of a message, which have to be text. */
    private static String text(List<Content> contents) {
        return contents.stream()
                .map(content -> {
                    if (content instanceof TextContent text) {
                        return text.text();
                    }
                    throw new UnsupportedFeatureException(
                            "content of type " + content.type().toString().toLowerCase(Locale.ROOT)
                                    + " is not supported: this model reads text");
                })
                .collect(Collectors.joining("\n"));
    }

    private static ToolDefinition tool(ToolSpecification tool) {
        return new ToolDefinition(
                tool.name(), tool.description(), tool.parameters() == null ? null : schema(tool.parameters()));
    }

    private static ToolChoice choice(ChatRequestParameters parameters) {
        var wish = parameters.toolChoice();
        ToolChoice choice = switch (wish == null ? dev.langchain4j.model.chat.request.ToolChoice.AUTO : wish) {
            case AUTO -> ToolChoice.AUTO;
            case REQUIRED -> ToolChoice.REQUIRED;
            case NONE -> ToolChoice.NONE;
        };
        boolean one =
                parameters instanceof AscendChatRequestParameters own && Boolean.FALSE.equals(own.parallelToolCalls());
        return one ? choice.withParallel(false) : choice;
    }

    private static String schema(JsonSchemaElement element) {
        return element instanceof JsonRawSchema raw ? raw.schema() : Json.toJson(JsonSchemaElementUtils.toMap(element));
    }

    static GenerationOptions options(ChatRequestParameters wish) {
        GenerationOptions options = GenerationOptions.defaults();
        options = set(options, wish.temperature(), GenerationOptions::withTemperature);
        options = set(options, wish.topP(), GenerationOptions::withTopP);
        options = set(options, wish.topK(), GenerationOptions::withTopK);
        options = set(options, wish.frequencyPenalty(), GenerationOptions::withFrequencyPenalty);
        options = set(options, wish.presencePenalty(), GenerationOptions::withPresencePenalty);
        options = set(options, wish.stopSequences(), GenerationOptions::withStop);
        if (wish.maxOutputTokens() != null) {
            if (wish.maxOutputTokens() < 1) {
                throw new InvalidRequestException(
                        "maxOutputTokens", "found " + wish.maxOutputTokens() + ", expected 1 or more, or null");
            }
            options = options.withMaxTokens(wish.maxOutputTokens());
        }
        if (wish instanceof AscendChatRequestParameters own) {
            options = set(options, own.seed(), GenerationOptions::withSeed);
            options = set(options, own.minP(), GenerationOptions::withMinP);
            options = set(options, own.adapter(), GenerationOptions::withAdapter);
            options = set(options, own.repetitionPenalty(), GenerationOptions::withRepetitionPenalty);
            options = set(options, own.priority(), GenerationOptions::withPriority);
            options = set(options, own.timeout(), GenerationOptions::withDeadline);
        }
        return set(options, format(wish), GenerationOptions::withResponseFormat);
    }

    private static <T> GenerationOptions set(
            GenerationOptions options, T value, BiFunction<GenerationOptions, T, GenerationOptions> with) {
        return value == null ? options : with.apply(options, value);
    }

    /** Null for any text. */
    private static ResponseFormat format(ChatRequestParameters wish) {
        if (wish.responseFormat() == null || wish.responseFormat().type() != ResponseFormatType.JSON) {
            return null;
        }
        if (wish.responseFormat().jsonSchema() == null) {
            return new ResponseFormat.JsonSchema("{\"type\":\"object\"}");
        }
        return new ResponseFormat.JsonSchema(
                schema(wish.responseFormat().jsonSchema().rootElement()));
    }
}
