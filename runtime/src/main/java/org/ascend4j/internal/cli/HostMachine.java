package org.ascend4j.internal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.store.CacheDirectory;

/**
 * The JVM and what is around it.
 *
 * @param java version and vendor
 * @param jvm the virtual machine's name
 * @param heapBytes most that the heap may take
 * @param system name, version and architecture
 * @param cores that this process may use
 * @param cache the folder of models and native files, and whether it can be used
 */
record HostMachine(String java, String jvm, long heapBytes, String system, int cores, String cache) {
    static HostMachine look() {
        return new HostMachine(
                System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
                System.getProperty("java.vm.name"),
                Runtime.getRuntime().maxMemory(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                cacheFolder());
    }

    private static String cacheFolder() {
        try {
            Path folder = CacheDirectory.locate(System.getenv(), System.getProperty("user.home"));
            return folder + " (" + state(folder) + ")";
        } catch (AscendException none) {
            return none.getMessage();
        }
    }

    private static String state(Path folder) {
        if (Files.isDirectory(folder)) {
            return Files.isWritable(folder) ? "writable" : "not writable";
        }
        return Files.exists(folder) ? "not a folder" : "not there yet";
    }
}
