package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chat}: a conversation, one line of input for each turn. */
@Command(
        name = "chat",
        description = {
            "Talks with a model: each line of stdin is a turn, the answers stream to stdout.",
            "/reset forgets the conversation, /exit or the end of the input ends it."
        })
final class ChatCommand implements Callable<Integer> {
    private final Context context;
    private final List<Message> history = new ArrayList<>();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--adapter",
            paramLabel = "NAME",
            description = "Which of several --lora adapters answers (default: the only one).")
    private String adapter;

    @Option(names = "--system", paramLabel = "S", description = "A system message in front of the conversation.")
    private String system;

    ChatCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        GenerationOptions options = model.loras().choose(sampling.toOptions(), adapter);
        model.toOptions();
        try (Session session = context.open(model)) {
            return converse(session, options);
        }
    }

    private int converse(Session session, GenerationOptions options) throws IOException {
        int code = ExitCode.OK;
        reset();
        for (String line = ask(); line != null && !line.strip().equals("/exit"); line = ask()) {
            if (line.strip().equals("/reset")) {
                reset();
            } else if (!line.isBlank()) {
                code = answered(line, session, options) ? code : ExitCode.FAILURE;
            }
        }
        // Who types has seen the failed turn and went on; a script has only the exit code.
        return context.streams().inIsTerminal() ? ExitCode.OK : code;
    }

    private void reset() {
        history.clear();
        if (system != null) {
            history.add(Message.system(system));
        }
    }

    private String ask() throws IOException {
        if (context.streams().inIsTerminal()) {
            context.streams().err().print("> ");
            context.streams().err().flush();
        }
        return Utf8Text.readLine(context.streams().in(), "stdin");
    }

    /** A turn that the model refuses, such as one that does not fit, is taken back; the conversation goes on. */
    private boolean answered(String line, Session session, GenerationOptions options) {
        history.add(Message.user(line));
        try {
            Completion answer = session.stream(Prompt.chat(history), options, context.streams()::answer);
            context.streams().answer("\n");
            history.add(Message.assistant(answer.text()));
            return true;
        } catch (InvalidRequestException refused) {
            history.remove(history.size() - 1);
            context.streams().note("ascend4j: " + Failure.of(refused).line() + " (/reset starts anew)");
            return false;
        }
    }
}
