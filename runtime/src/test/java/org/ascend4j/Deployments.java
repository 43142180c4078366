package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.lang.runtime.ObjectMethods;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** An application server in small: deploys an application in a class loader of its own, runs it and takes it away. */
public final class Deployments {
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    /**
     * Runs an application in a new class loader and a new thread: what a library leaves in a thread's locals goes with it,
     * as in a server's pool.
     *
     * @param argument of a class of the JDK, which both sides share
     */
    public <T> String run(Class<? extends Function<T, String>> application, T argument) throws InterruptedException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(deploy(application.getName(), argument));
            } catch (Exception | LinkageError failed) {
                answer.completeExceptionally(failed);
            }
        });
        thread.start();
        thread.join();
        return answer.join();
    }

    @SuppressWarnings("unchecked") // the caller's class, loaded anew
    private <T> String deploy(String application, T argument) throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            loaders.add(new WeakReference<>(loader));
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> type = Class.forName(application, true, loader);
            assertThat(type.getClassLoader()).isSameAs(loader);
            return ((Function<T, String>) type.getConstructor().newInstance()).apply(argument);
        }
    }

    private static URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** Nothing holds an application that was taken away. */
    public void assertCollected() throws InterruptedException {
        linkARecordOfTheTests();
        for (WeakReference<ClassLoader> loader : loaders) {
            for (int i = 0; i < 100 && loader.get() != null; i++) {
                System.gc();
                Thread.sleep(50);
            }
            assertThat(loader.get()).as("the application's class loader").isNull();
        }
    }

    private record Slot(String content) {}

    /**
     * JDK 17 keeps the record whose equals was linked last, whoever's it is (one slot in the cache of types of each method
     * handle in ObjectMethods). This takes the slots, each time anew; without it, the newest application stays there until
     * the next one comes.
     */
    private static void linkARecordOfTheTests() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            MethodHandle getter = lookup.findVirtual(Slot.class, "content", MethodType.methodType(String.class));
            MethodType equals = MethodType.methodType(boolean.class, Slot.class, Object.class);
            MethodType hash = MethodType.methodType(int.class, Slot.class);
            ObjectMethods.bootstrap(lookup, "equals", equals, Slot.class, "content", getter);
            ObjectMethods.bootstrap(lookup, "hashCode", hash, Slot.class, "content", getter);
        } catch (Throwable failed) {
            throw new IllegalStateException(failed);
        }
    }
}
