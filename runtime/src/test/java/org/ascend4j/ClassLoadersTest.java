package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two web applications in one JVM, each with an Ascend4J of its own. */
class ClassLoadersTest {
    /** Runs inside each loader. */
    public static final class Application implements AutoCloseable {
        private final Llm llm = TinyModels.open("q8_0");

        public String answer() {
            return llm.generate(
                            Prompt.tokens(300, 301),
                            GenerationOptions.defaults().withMaxTokens(20).withIgnoreEnd(true))
                    .text();
        }

        @Override
        public void close() {
            llm.close();
        }
    }

    @Test
    @Timeout(60)
    void bothGenerateWhileBothAreOpen() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        URL[] path = urls.toArray(URL[]::new);
        String expected;
        try (Application own = new Application()) {
            expected = own.answer();
        }
        try (URLClassLoader first = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
                URLClassLoader second = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            AutoCloseable one = application(first);
            AutoCloseable two = application(second);
            assertThat(one.getClass()).isNotEqualTo(two.getClass());
            assertThat(answer(one)).isEqualTo(expected);
            assertThat(answer(two)).isEqualTo(expected);
            one.close();
            assertThat(answer(two)).isEqualTo(expected);
            two.close();
        }
        TinyModels.assertNothingOutstanding();
    }

    private static AutoCloseable application(ClassLoader loader) throws Exception {
        Class<?> type = Class.forName(Application.class.getName(), true, loader);
        assertThat(type.getClassLoader()).isSameAs(loader);
        return (AutoCloseable) type.getConstructor().newInstance();
    }

    private static Object answer(AutoCloseable application) throws Exception {
        return application.getClass().getMethod("answer").invoke(application);
    }
}
