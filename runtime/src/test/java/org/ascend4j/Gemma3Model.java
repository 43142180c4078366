package org.ascend4j;

import java.nio.file.Path;
import org.ascend4j.internal.store.ModelStore;
import org.ascend4j.internal.store.PullListener;

/** The second real model of the tests: fetched once into the user's cache. Tests that need it fail where it cannot be had. */
public final class Gemma3Model {
    private static Path file;

    private Gemma3Model() {}

    public static synchronized Path file() {
        if (file == null) {
            System.out.println("These tests need Gemma 3 270M (253 MB): from the cache, or fetched now.");
            file = ModelStore.ofUser().resolve("gemma3-270m", PullListener.NONE);
        }
        return file;
    }
}
