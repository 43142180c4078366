package org.ascend4j.compat.probe;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.util.Optional;

/**
 * Asks CANN's and the driver's libraries for their numbers. Runs in a process of its own, as such a
 * library may sleep, exit or crash; prints each answer as soon as it has it. The calls and the sizes
 * of their buffers are those of CANN's and DCMI's public headers.
 */
final class NativeProbe {
    private static final int TEXT_BYTES = 128;
    private static final int VERSION_STRUCT_BYTES = 512;
    private static final int CHIP_STRUCT_BYTES = 256;
    private static final int MAX_CARDS = 64;
    private static final int NAME_OFFSET = 32;
    private static final int NAME_BYTES = 32;

    /** Spare room behind every buffer: a newer library's structure may be longer. */
    private static final int SPARE = 1024;

    private NativeProbe() {}

    /**
     * @param arguments {@code acl} or {@code dcmi}, and the path of its library
     */
    public static void main(String[] arguments) {
        probe(arguments[0], arguments[1]);
        say(ChildProcess.END);
    }

    private static void probe(String name, String path) {
        try {
            NativeLibrary library = NativeLibrary.getInstance(path);
            if (name.equals("acl")) {
                askAcl(library);
            } else {
                askDcmi(library);
            }
            say(name + ".done");
        } catch (RuntimeException | LinkageError failed) {
            say(name + ".failed=" + failed.getMessage());
        }
    }

    private static void askAcl(NativeLibrary acl) {
        function(acl, "aclrtGetVersion").ifPresent(call -> {
            IntByReference major = new IntByReference();
            IntByReference minor = new IntByReference();
            IntByReference patch = new IntByReference();
            if (call.invokeInt(new Object[] {major, minor, patch}) == 0) {
                say("acl.api=" + major.getValue() + "." + minor.getValue() + "." + patch.getValue());
            }
        });
        function(acl, "aclsysGetVersionStr").ifPresent(call -> {
            for (String name : new String[] {"runtime", "driver"}) {
                Memory text = buffer(TEXT_BYTES);
                if (call.invokeInt(new Object[] {name, text}) == 0) {
                    say("acl.version." + name + "=" + text(text, 0, TEXT_BYTES));
                }
            }
        });
        function(acl, "aclsysGetCANNVersion").ifPresent(call -> {
            Memory version = buffer(VERSION_STRUCT_BYTES);
            if (call.invokeInt(new Object[] {0, version}) == 0) {
                say("acl.cann=" + text(version, 0, TEXT_BYTES));
            }
        });
        function(acl, "aclrtGetSocName").ifPresent(call -> {
            String chip = call.invokeString(new Object[0], false);
            if (chip != null) {
                say("acl.chip=" + chip);
            }
        });
    }

    private static void askDcmi(NativeLibrary dcmi) {
        Optional<Function> start = function(dcmi, "dcmi_init");
        if (start.isEmpty() || start.get().invokeInt(new Object[0]) != 0) {
            say("dcmi.refused=" + (start.isEmpty() ? "no dcmi_init" : "dcmi_init failed"));
            return;
        }
        function(dcmi, "dcmi_get_driver_version").ifPresent(call -> {
            Memory text = buffer(TEXT_BYTES);
            if (call.invokeInt(new Object[] {text, 64}) == 0) {
                say("dcmi.driver=" + text(text, 0, TEXT_BYTES));
            }
        });
        Optional<Function> list = function(dcmi, "dcmi_get_card_list");
        Optional<Function> info = function(dcmi, "dcmi_get_device_chip_info");
        if (list.isPresent() && info.isPresent()) {
            IntByReference count = new IntByReference();
            Memory cards = buffer(MAX_CARDS * Integer.BYTES);
            if (list.get().invokeInt(new Object[] {count, cards, MAX_CARDS}) == 0 && count.getValue() > 0) {
                Memory chip = buffer(CHIP_STRUCT_BYTES);
                if (info.get().invokeInt(new Object[] {cards.getInt(0), 0, chip}) == 0) {
                    say("dcmi.chip=" + text(chip, NAME_OFFSET, NAME_BYTES));
                }
            }
        }
    }

    private static Optional<Function> function(NativeLibrary library, String name) {
        try {
            return Optional.of(library.getFunction(name));
        } catch (UnsatisfiedLinkError missing) {
            return Optional.empty();
        }
    }

    private static Memory buffer(int bytes) {
        Memory memory = new Memory(bytes + SPARE);
        memory.clear();
        return memory;
    }

    private static String text(Memory memory, int offset, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length && memory.getByte(offset + i) != 0; i++) {
            text.append((char) (memory.getByte(offset + i) & 0xff));
        }
        return text.toString();
    }

    /** A line of its own even behind something that the library printed without one. */
    private static void say(String line) {
        StringBuilder printable = new StringBuilder("\n").append(ChildProcess.MARK);
        for (int i = 0; i < Math.min(line.length(), 400); i++) {
            char c = line.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        synchronized (NativeProbe.class) {
            System.out.print(printable.append('\n'));
            System.out.flush();
        }
    }
}
