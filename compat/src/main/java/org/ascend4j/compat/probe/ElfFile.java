package org.ascend4j.compat.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads what a shared library exports from its bytes: nothing is mapped, loaded or run. Only 64-bit
 * little-endian ELF, which is what aarch64 and x86_64 hosts have; every size is checked against the
 * file's before it is used.
 */
final class ElfFile {
    private static final int HEADER = 64;
    private static final int SECTION = 64;
    private static final int SYMBOL = 24;
    private static final int DYNAMIC_SYMBOLS = 11;

    /** The operator library of a full CANN has some thousands of names; this is far beyond it. */
    private static final long MAX_TABLE_BYTES = 32L << 20;

    private final SeekableByteChannel channel;
    private final long size;

    private ElfFile(SeekableByteChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    /** The defined dynamic symbols that are wanted; empty if the file is no such library or cannot be read. */
    static Optional<Set<String>> exports(HostTree tree, String name, Predicate<String> wanted) {
        HostTree.Entry entry = tree.find(name);
        if (entry.kind() != HostTree.Kind.FILE) {
            return Optional.empty();
        }
        Set<java.nio.file.OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(entry.path(), options)) {
            return Optional.of(new ElfFile(channel).exports(wanted));
        } catch (IOException | SecurityException unreadable) {
            return Optional.empty();
        }
    }

    private Set<String> exports(Predicate<String> wanted) throws IOException {
        ByteBuffer header = read(0, HEADER);
        if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
            throw new IOException("not a 64-bit little-endian ELF file");
        }
        int count = Short.toUnsignedInt(header.getShort(60));
        if (Short.toUnsignedInt(header.getShort(58)) != SECTION) {
            throw new IOException("section headers of another size");
        }
        ByteBuffer sections = read(header.getLong(40), (long) count * SECTION);
        for (int i = 0; i < count; i++) {
            int at = i * SECTION;
            if (sections.getInt(at + 4) == DYNAMIC_SYMBOLS) {
                int strings = sections.getInt(at + 40);
                if (strings < 0 || strings >= count) {
                    throw new IOException("symbol table without its strings");
                }
                return names(table(sections, at), table(sections, strings * SECTION), wanted);
            }
        }
        return Set.of();
    }

    private ByteBuffer table(ByteBuffer sections, int at) throws IOException {
        return read(sections.getLong(at + 24), sections.getLong(at + 32));
    }

    private static Set<String> names(ByteBuffer symbols, ByteBuffer strings, Predicate<String> wanted) {
        Set<String> names = new HashSet<>();
        for (int at = 0; at + SYMBOL <= symbols.capacity(); at += SYMBOL) {
            boolean defined = symbols.getShort(at + 6) != 0;
            int start = symbols.getInt(at);
            if (defined && start > 0 && start < strings.capacity()) {
                String name = name(strings, start);
                if (wanted.test(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** Up to the terminating zero, 512 characters at most: so a table without zeros costs no square of its size. */
    private static String name(ByteBuffer strings, int start) {
        int limit = Math.min(strings.capacity(), start + 512);
        int end = start;
        while (end < limit && strings.get(end) != 0) {
            end++;
        }
        return new String(strings.array(), start, end - start, StandardCharsets.ISO_8859_1);
    }

    private ByteBuffer read(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || length > MAX_TABLE_BYTES || offset > size - length) {
            throw new IOException("a table outside the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(offset);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // A short read is completed by the next one; the file's end ends the loop.
        }
        if (buffer.hasRemaining()) {
            throw new IOException("shorter than its size");
        }
        return buffer.rewind();
    }
}
