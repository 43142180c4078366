package org.ascend4j.compat.audit;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * A machine without git settings: JGit then neither reads the user's and the system's nor starts the
 * git command to find them, and does not write probe files to learn how coarse file times are.
 */
final class IsolatedSystem extends SystemReader {
    private static final String FILE_TIMES = "filesystem";
    private static final long COARSE_SECONDS = 2;

    private final SystemReader machine;

    private IsolatedSystem(SystemReader machine) {
        this.machine = machine;
    }

    /** Isolates JGit in this whole JVM, for good: its settings are one per JVM. */
    static synchronized void install() {
        SystemReader current = SystemReader.getInstance();
        if (!(current instanceof IsolatedSystem)) {
            SystemReader.setInstance(new IsolatedSystem(current));
        }
    }

    private static final class NoSettings extends FileBasedConfig {
        NoSettings(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // There is no file.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public long getTimeUnit(String section, String subsection, String name, long missing, TimeUnit unit) {
            return section.equals(FILE_TIMES)
                    ? unit.convert(COARSE_SECONDS, TimeUnit.SECONDS)
                    : super.getTimeUnit(section, subsection, name, missing, unit);
        }
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new NoSettings(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new NoSettings(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new NoSettings(parent, fs);
    }

    @Override
    public String getenv(String variable) {
        return null;
    }

    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    public String getProperty(String key) {
        return machine.getProperty(key);
    }

    @Override
    @SuppressWarnings("deprecation")
    public long getCurrentTime() {
        return machine.now().toEpochMilli();
    }

    @Override
    @SuppressWarnings("deprecation")
    public int getTimezone(long when) {
        return 0;
    }
}
