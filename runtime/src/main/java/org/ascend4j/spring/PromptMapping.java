package org.ascend4j.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.ResponseFormat;
import org.ascend4j.ToolCall;
import org.ascend4j.ToolChoice;
import org.ascend4j.ToolDefinition;
import org.ascend4j.error.InvalidRequestException;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** Spring AI's messages and options in this library's terms. */
final class PromptMapping {
    private PromptMapping() {}

    static Prompt prompt(List<org.springframework.ai.chat.messages.Message> messages, ChatOptions options) {
        List<Message> turns = new ArrayList<>();
        messages.forEach(message -> add(message, turns));
        Prompt.Chat chat = new Prompt.Chat(turns);
        List<ToolDefinition> tools = tools(options);
        if (!tools.isEmpty()) {
            chat = chat.withTools(tools);
        }
        if (options instanceof AscendChatOptions own) {
            if (own.getToolChoice() != null) {
                chat = chat.withToolChoice(choice(own.getToolChoice()));
            }
            chat = chat.withThinking(own.getThinking());
        }
        return chat;
    }

    private static void add(org.springframework.ai.chat.messages.Message message, List<Message> turns) {
        if (message instanceof MediaContent media && !media.getMedia().isEmpty()) {
            throw new InvalidRequestException(
                    "messages", "found a message with media, expected text alone: this model reads text");
        }
        String text = message.getText() == null ? "" : message.getText();
        switch (message.getMessageType()) {
            case SYSTEM -> turns.add(Message.system(text));
            case USER -> turns.add(Message.user(text));
            case ASSISTANT -> turns.add(Message.assistant(text, calls((AssistantMessage) message)));
            case TOOL ->
                ((ToolResponseMessage) message)
                        .getResponses()
                        .forEach(response -> turns.add(Message.tool(response.id(), response.responseData())));
        }
    }

    private static List<ToolCall> calls(AssistantMessage message) {
        return message.getToolCalls().stream()
                .map(call -> new ToolCall(call.id(), call.name(), call.arguments()))
                .toList();
    }

    private static List<ToolDefinition> tools(ChatOptions options) {
        if (!(options instanceof ToolCallingChatOptions calling) || calling.getToolCallbacks() == null) {
            return List.of();
        }
        return calling.getToolCallbacks().stream()
                .map(ToolCallback::getToolDefinition)
                .map(tool -> new ToolDefinition(tool.name(), tool.description(), tool.inputSchema()))
                .toList();
    }

    private static ToolChoice choice(String name) {
        return switch (name) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            default -> ToolChoice.named(name);
        };
    }

    static GenerationOptions options(ChatOptions wish) {
        GenerationOptions options = GenerationOptions.defaults();
        if (wish == null) {
            return options;
        }
        options = set(options, wish.getTemperature(), GenerationOptions::withTemperature);
        options = set(options, wish.getTopP(), GenerationOptions::withTopP);
        options = set(options, wish.getTopK(), GenerationOptions::withTopK);
        options = set(options, wish.getFrequencyPenalty(), GenerationOptions::withFrequencyPenalty);
        options = set(options, wish.getPresencePenalty(), GenerationOptions::withPresencePenalty);
        options = set(options, wish.getStopSequences(), GenerationOptions::withStop);
        if (wish.getMaxTokens() != null) {
            if (wish.getMaxTokens() < 1) {
                throw new InvalidRequestException(
                        "max-tokens", "found " + wish.getMaxTokens() + ", expected 1 or more");
            }
            options = options.withMaxTokens(wish.getMaxTokens());
        }
        if (wish instanceof AscendChatOptions own) {
            options = set(options, own.getSeed(), GenerationOptions::withSeed);
            options = set(options, own.getMinP(), GenerationOptions::withMinP);
            options = set(options, own.getAdapter(), GenerationOptions::withAdapter);
            options = set(options, own.getRepetitionPenalty(), GenerationOptions::withRepetitionPenalty);
            options = set(options, own.getPriority(), GenerationOptions::withPriority);
            options = set(options, own.getTimeout(), GenerationOptions::withDeadline);
        }
        if (wish instanceof StructuredOutputChatOptions structured && structured.getOutputSchema() != null) {
            options = options.withResponseFormat(new ResponseFormat.JsonSchema(structured.getOutputSchema()));
        }
        return options;
    }

    private static <T> GenerationOptions set(
            GenerationOptions options, T value, BiFunction<GenerationOptions, T, GenerationOptions> with) {
        return value == null ? options : with.apply(options, value);
    }
}
