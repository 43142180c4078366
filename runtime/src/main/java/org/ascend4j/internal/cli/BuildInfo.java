package org.ascend4j.internal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the build wrote about itself.
 *
 * @param version the release
 * @param commit the commit it was built from, or {@code unknown} when built outside a repository
 */
record BuildInfo(String version, String commit) {
    private static final String RESOURCE = "build.properties";

    static BuildInfo load() {
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar of ascend4j; build it again");
            }
            Properties properties = new Properties();
            properties.load(in);
            return new BuildInfo(properties.getProperty("version"), properties.getProperty("commit"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(RESOURCE + " cannot be read from the jar of ascend4j", unreadable);
        }
    }
}
