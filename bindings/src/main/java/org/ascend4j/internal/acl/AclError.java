package org.ascend4j.internal.acl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One error code with CANN's name and, where the code alone tells enough, what to do. The names come from the headers:
 * the build writes every constant of them into {@code acl-errors.tsv}.
 */
public record AclError(int code, String name, String hint) {
    static final int REPEAT_INITIALIZE = 100002;
    static final int STREAM_SYNC_TIMEOUT = 507046;
    static final int EVENT_SYNC_TIMEOUT = 507047;
    static final int CAPTURE_WRONG_THREAD = 107038;
    static final int SYMBOL_MISSING = -4001;
    static final int NOT_OPEN = -4002;
    static final int OPEN_FAILED = -4003;

    private static final Map<Integer, String> HINTS = hints();
    private static final Map<Integer, AclError> TABLE = table();

    /** The row of a code; a code that no header names gets the name {@code unknown code}. */
    public static AclError of(int code) {
        AclError error = TABLE.get(code);
        return error != null ? error : new AclError(code, "unknown code", "");
    }

    /** All codes that the headers name, success included. */
    static Collection<AclError> all() {
        return TABLE.values();
    }

    private static Map<Integer, AclError> table() {
        Map<Integer, AclError> table = new LinkedHashMap<>();
        try (InputStream in = AclError.class.getResourceAsStream("/META-INF/ascend4j/acl-errors.tsv")) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split("\t");
                int code = Integer.parseInt(cells[0]);
                // 0 has three names; the first, ACL_SUCCESS, stands
                table.putIfAbsent(code, new AclError(code, cells[1], HINTS.getOrDefault(code, "")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the table of ACL error codes", e);
        }
        return Collections.unmodifiableMap(table);
    }

    static Map<Integer, String> hints() {
        Map<Integer, String> hints = new HashMap<>();
        hints.put(NOT_OPEN, "open Acl before any other call");
        hints.put(100001, "open Acl before any other call");
        hints.put(
                100039,
                "CANN's link stubs (devlib, lib64/stub) come first in LD_LIBRARY_PATH; put the runtime's lib64 there");
        hints.put(107001, "no such device; see npu-smi info and ASCEND_RT_VISIBLE_DEVICES");
        hints.put(107002, "this thread has no device; call Device.bind() in it");
        hints.put(107003, "the stream or event belongs to another context than this thread's");
        hints.put(107017, "the handle is closed or of another type");
        hints.put(107024, "record the event inside the capture, or use an external event");
        hints.put(107025, "record an event on the stream that joined and wait for it on the first one before the end");
        hints.put(107027, "wait for, query and destroy streams only outside of captures");
        hints.put(107028, "look at events only outside of captures");
        hints.put(107030, "a capture is open: allocate, free and copy before it, or capture RELAXED");
        hints.put(107037, "wait for the streams that replay the graph before closing it");
        hints.put(107041, "copies in a capture need pinned host memory");
        hints.put(161001, "a required tensor, array or out-parameter is null");
        hints.put(161002, "data type, format, rank or attribute is not allowed by the operator's document");
        hints.put(207001, "device memory is exhausted; lower the memory share, the context or the batch");
        hints.put(207018, "device memory is exhausted; lower the memory share, the context or the batch");
        hints.put(207007, "too many events; close those no longer needed");
        hints.put(207008, "too many streams; close those no longer needed");
        hints.put(500000, "an internal error; CANN's log under ~/ascend/log has more (no device is one cause)");
        hints.put(507010, "the device stopped answering; see npu-smi info and the host's kernel log");
        hints.put(507014, "a kernel ran longer than the operator time-out");
        hints.put(507015, "a kernel failed on the device; the context is lost and has to be opened again");
        hints.put(507903, "a call during the capture was not allowed; that call's own error tells more");
        hints.put(507035, "a kernel failed on the device; the context is lost and has to be opened again");
        hints.put(507033, "the device did not start; driver, firmware and CANN may not belong together");
        hints.put(STREAM_SYNC_TIMEOUT, "the device did not finish in time");
        hints.put(EVENT_SYNC_TIMEOUT, "the device did not finish in time");
        hints.put(507053, "an address was not device memory, or the memory is faulty");
        hints.put(507054, "the device's memory has an uncorrectable error; take the device out of service");
        hints.put(561002, "the operator refuses this shape or attribute");
        hints.put(561003, "this CANN has no kernel for the combination of data types on this chip");
        return hints;
    }
}
