import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/**
 * OpenAI's own client against "ascend4j serve --model smollm2".
 *
 * Run with com.openai:openai-java on the class path, OPENAI_BASE_URL=http://127.0.0.1:8000/v1 and any OPENAI_API_KEY:
 * java -cp ... OpenAiChat.java smollm2
 */
public class OpenAiChat {
    public static void main(String[] arguments) {
        OpenAIClient client = OpenAIOkHttpClient.fromEnv();
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model(arguments[0])
                .temperature(0)
                .maxCompletionTokens(48)
                .addUserMessage("What is the capital of France?")
                .build();
        try (StreamResponse<ChatCompletionChunk> answer =
                client.chat().completions().createStreaming(question)) {
            answer.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .forEach(System.out::print);
        }
        System.out.println();
        client.close();
    }
}
