package org.ascend4j.compat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.ascend4j.compat.version.Pep440Version;

/** The plugin release that this jar belongs to. */
public final class PluginRelease {
    private static final String RESOURCE = "build.properties";

    private PluginRelease() {}

    /** This jar's version, as the build wrote it. */
    public static Pep440Version current() {
        try (InputStream in = PluginRelease.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        RESOURCE + " is missing from the jar of ascend4j-compat; build it again");
            }
            Properties properties = new Properties();
            properties.load(in);
            return Pep440Version.parse(properties.getProperty("version", ""));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(RESOURCE + " cannot be read from the jar of ascend4j-compat", unreadable);
        }
    }
}
