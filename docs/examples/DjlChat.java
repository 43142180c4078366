import ai.djl.inference.Predictor;
import ai.djl.inference.streaming.ChunkedBytesSupplier;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ascend4j.djl.AscendTranslatorFactory;

/**
 * A model of DJL's engine "Ascend": one whole answer, then one that is read while it is generated.
 *
 * Run with the library and ai.djl:api on the class path: java -cp ... DjlChat.java model.gguf
 */
public class DjlChat {
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);

        Criteria<String, String> text = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(file)
                .optEngine("Ascend")
                .optTranslatorFactory(new AscendTranslatorFactory())
                .optArgument("max_tokens", 48)
                .build();
        try (ZooModel<String, String> model = text.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            System.out.println(predictor.predict("What is the capital of France?"));
        }

        Criteria<Input, Output> requests = Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(file)
                .optEngine("Ascend")
                .optTranslatorFactory(new AscendTranslatorFactory())
                .build();
        try (ZooModel<Input, Output> model = requests.loadModel();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input question = new Input();
            question.addProperty("Content-Type", "text/plain");
            question.add("Name three colours.");
            ChunkedBytesSupplier answer =
                    (ChunkedBytesSupplier) predictor.predict(question).getData();
            while (answer.hasNext()) {
                System.out.print(new String(answer.nextChunk(1, TimeUnit.MINUTES), StandardCharsets.UTF_8));
            }
            System.out.println();
        }
    }
}
