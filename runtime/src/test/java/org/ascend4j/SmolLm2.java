package org.ascend4j;

import java.nio.file.Path;
import org.ascend4j.internal.store.ModelStore;
import org.ascend4j.internal.store.PullListener;

/** The real model that tests run on: fetched once into the user's cache. Tests that need it fail where it cannot be had. */
public final class SmolLm2 {
    private static Path file;

    private SmolLm2() {}

    public static synchronized Path file() {
        if (file == null) {
            System.out.println("These tests need SmolLM2-135M-Instruct (98 MB): from the cache, or fetched now.");
            file = ModelStore.ofUser().resolve("smollm2", PullListener.NONE);
        }
        return file;
    }
}
