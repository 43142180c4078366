package org.ascend4j.internal.device;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.probe.CannLocator;
import org.ascend4j.compat.probe.NpuSign;
import org.ascend4j.compat.probe.NpuSigns;
import org.ascend4j.error.AscendException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which device runs a model, before anything native is touched: with any sign of an NPU on the host only an NPU
 * that the guard lets pass will do, unless the host device was asked for by name.
 */
public final class StackCheck {
    private static final Logger LOG = LoggerFactory.getLogger(StackCheck.class);

    private StackCheck() {}

    /** What was asked for: an NPU, the host device, or whichever the signs call for. */
    public enum Wish {
        AUTO,
        NPU,
        HOST
    }

    /** The device to open and what the guard says of the host. Thread-safe. */
    public static final class Result {
        private final DevicePlan device;
        private final CompatibilityGuard.Builder guard;
        private Verdict verdict;

        private Result(DevicePlan device, CompatibilityGuard.Builder guard, Verdict verdict) {
            this.device = device;
            this.guard = guard;
            this.verdict = verdict;
        }

        public DevicePlan device() {
            return device;
        }

        /**
         * What the guard says. Of a host whose NPU is not used it enforces nothing, and looks when this is first asked: it
         * takes a tenth of a second that opening need not wait for.
         */
        public synchronized Verdict verdict() {
            if (verdict == null) {
                verdict = guard.build().check();
            }
            return verdict;
        }
    }

    /**
     * @param index the NPU's number
     * @throws IncompatibleStackException if an NPU is to be used and the guard refuses
     * @throws AscendException if an NPU is to be used and CANN is not found
     */
    public static Result run(Wish wish, int index, GuardMode mode) {
        return run(Path.of("/"), System.getenv(), properties(), wish, index, mode);
    }

    static Result run(
            Path root,
            Map<String, String> environment,
            Map<String, String> properties,
            Wish wish,
            int index,
            GuardMode mode) {
        List<NpuSign> signs = NpuSigns.find(root, environment, properties);
        boolean npu = wish == Wish.NPU || wish == Wish.AUTO && !signs.isEmpty();
        GuardMode.resolve(mode, properties, environment); // refuses what names no mode
        CompatibilityGuard.Builder guard = CompatibilityGuard.builder()
                .root(root)
                .environment(environment)
                .properties(properties)
                .mode(mode);
        if (!npu) {
            return new Result(new DevicePlan(true, 0, List.of()), guard, null);
        }
        Verdict verdict = guard.build().require();
        if (verdict.outcome() != Verdict.Outcome.FIT) {
            LOG.warn("the stack of this host is used all the same: {}", verdict.summary());
        }
        CannLocator.Candidates cann = CannLocator.locate(root, environment, properties);
        if (cann.directories().isEmpty()) {
            throw new AscendException("device: " + why(wish, signs) + ", but no CANN libraries were found"
                    + (cann.refused().isEmpty() ? "" : " (" + String.join("; ", cann.refused()) + ")")
                    + "; install CANN or set ASCEND_HOME_PATH, or choose device host to run on the CPU");
        }
        return new Result(new DevicePlan(false, index, cann.directories()), guard, verdict);
    }

    private static String why(Wish wish, List<NpuSign> signs) {
        return wish == Wish.NPU
                ? "an NPU was asked for"
                : "this host shows signs of an NPU ("
                        + signs.stream().map(NpuSign::toString).collect(Collectors.joining(", ")) + ")";
    }

    private static Map<String, String> properties() {
        Properties all = System.getProperties();
        Map<String, String> texts = new HashMap<>();
        all.stringPropertyNames().forEach(name -> texts.put(name, all.getProperty(name)));
        return texts;
    }
}
