package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two class loaders of one JVM, as two web applications have them, each with its own copy of Ascend4J. */
class ClassLoaderTest {
    static Stream<Path> jvms() {
        return Stream.of(Jdks.current(), Jdks.jdk25());
    }

    /** Runs {@link AddOnce} in two class loaders by turns. */
    public static final class TwoLoaders {
        public static void main(String[] arguments) throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            URL[] path = urls.toArray(URL[]::new);
            try (URLClassLoader first = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
                    URLClassLoader second = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
                for (ClassLoader loader : List.of(first, second, first)) {
                    Class<?> type = Class.forName(AddOnce.class.getName(), true, loader);
                    System.out.println(type.getMethod("run").invoke(null));
                }
            }
        }
    }

    /** One operator on the host device. */
    public static final class AddOnce {
        public static String run() {
            try (Device device = HostDevice.open()) {
                return Arrays.toString(HostDevice.addTwice(device, new float[] {1, 2}, new float[] {10, 20})) + " by "
                        + Acl.libraryPath("aclnnAdd");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jvms")
    void bothRunOperatorsOverOneCopyOfTheDeviceLibraries(Path java, @TempDir Path cache) throws Exception {
        Path own = cache.resolve("own");
        ChildJvm.Result result = new ChildJvm(java)
                .environment("ASCEND4J_CACHE", own.toString())
                .run(TwoLoaders.class)
                .succeeded();
        List<String> answers =
                result.output().lines().filter(line -> line.startsWith("[")).toList();
        assertThat(answers).as(result.output()).hasSize(3);
        assertThat(answers)
                .allMatch(line -> line.equals(answers.get(0)))
                .allMatch(line -> line.startsWith("[21.0, 42.0]"));
        try (Stream<Path> files = Files.walk(own)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".copy"));
        }
    }
}
