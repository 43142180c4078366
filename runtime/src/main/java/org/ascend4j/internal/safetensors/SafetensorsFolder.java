package org.ascend4j.internal.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * The tensors of a folder: one file, or shards with an index that says which tensor is in which. Index and shards must
 * agree, and a shard's name is that of a file in the folder itself: it cannot lead elsewhere.
 */
public final class SafetensorsFolder implements AutoCloseable {
    public static final String INDEX = "model.safetensors.index.json";
    public static final String SINGLE = "model.safetensors";
    private static final String SUFFIX = ".safetensors";
    private static final long MAX_INDEX_BYTES = 16L << 20;
    private static final int MAX_SHARDS = 1024;
    private static final int MAX_NAME_CHARS = 255;

    private final Path path;
    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, Place> tensors = new LinkedHashMap<>();

    private record Place(SafetensorsFile file, SafetensorsTensor tensor) {}

    private SafetensorsFolder(Path path) {
        this.path = path;
    }

    /**
     * Opens all files of a folder and checks their headers.
     *
     * @throws ModelFormatException if a file is damaged or missing, or the folder has weights of other formats only
     */
    public static SafetensorsFolder open(Path folder) {
        SafetensorsFolder opened = new SafetensorsFolder(folder);
        try {
            Path index = index(folder);
            if (index != null) {
                opened.addShards(index);
            } else {
                opened.add(SafetensorsFile.open(single(folder)));
            }
            SafetensorsFolder result = opened;
            opened = null;
            return result;
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
    }

    /** The index under its usual name, else the only one: tools that quantize give it other names. Null for none. */
    private static Path index(Path folder) {
        Path usual = folder.resolve(INDEX);
        if (Files.exists(usual)) {
            return usual;
        }
        if (Files.exists(folder.resolve(SINGLE))) {
            return null;
        }
        List<Path> found = files(folder).stream()
                .filter(file -> file.toString().endsWith(SUFFIX + ".index.json"))
                .toList();
        return found.size() == 1 ? found.get(0) : null;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file)).sorted().toList();
        } catch (IOException e) {
            throw new ModelFormatException(folder + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    private static Path single(Path folder) {
        Path usual = folder.resolve(SINGLE);
        if (Files.exists(usual)) {
            return usual;
        }
        List<Path> found = files(folder);
        List<Path> weights =
                found.stream().filter(file -> file.toString().endsWith(SUFFIX)).toList();
        if (weights.size() == 1) {
            return weights.get(0);
        }
        boolean pickled = found.stream().anyMatch(file -> file.toString().matches(".*\\.(bin|pt|pth|ckpt|pkl)"));
        String why = weights.size() > 1
                ? weights.size() + " safetensors files without " + INDEX
                : pickled ? "pickled weights (.bin, .pt) only, which are programs and are never loaded" : "no weights";
        throw new ModelFormatException(
                folder + ": found " + why + ", expected " + SINGLE + " or " + INDEX + " with its shards");
    }

    private void addShards(Path indexFile) {
        JsonValue index = JsonDocument.read(indexFile, MAX_INDEX_BYTES);
        JsonValue weights = index.get("weight_map");
        if (weights.isNull() || weights.members().isEmpty()) {
            throw weights.wrong("an object that names the shard of each tensor");
        }
        Map<String, SafetensorsFile> shards = new TreeMap<>();
        for (String tensor : weights.members().keySet()) {
            String shard = weights.get(tensor).text();
            requirePlain(shard, weights.get(tensor));
            SafetensorsFile file = shards.get(shard);
            if (file == null) {
                if (shards.size() == MAX_SHARDS) {
                    throw weights.get(tensor).wrong("at most " + MAX_SHARDS + " shards");
                }
                file = SafetensorsFile.open(path.resolve(shard));
                add(file);
                shards.put(shard, file);
            }
            if (file.tensor(tensor).isEmpty()) {
                throw weights.get(tensor).wrong("a shard that has tensor " + tensor);
            }
        }
        tensors.keySet().stream().filter(name -> !weights.has(name)).findFirst().ifPresent(name -> {
            throw weights.get(name)
                    .wrong("the shard of tensor " + name + ", which is in "
                            + tensors.get(name).file().path().getFileName());
        });
    }

    /** A name in the folder itself, whatever system reads it. */
    private static void requirePlain(String shard, JsonValue where) {
        boolean plain = shard.length() <= MAX_NAME_CHARS
                && shard.endsWith(SUFFIX)
                && !shard.startsWith(".")
                && shard.chars().allMatch(c -> c > ' ' && c < 0x7F && "/\\:*?\"<>|".indexOf(c) < 0);
        if (!plain) {
            throw where.wrong("the plain name of a " + SUFFIX + " file in the same folder");
        }
    }

    private void add(SafetensorsFile file) {
        files.add(file);
        for (SafetensorsTensor tensor : file.tensors()) {
            Place before = tensors.put(tensor.name(), new Place(file, tensor));
            if (before != null) {
                throw new ModelFormatException(file.path() + ": tensor " + tensor.name() + ": found a second one, "
                        + before.file().path().getFileName() + " has it too");
            }
        }
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /** Names of all tensors. */
    public Collection<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The tensor of this name, if there is one. */
    public Optional<SafetensorsTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name)).map(Place::tensor);
    }

    /** As {@link SafetensorsFile#read}. */
    public void read(SafetensorsTensor tensor, long offset, ByteBuffer destination) {
        Place place = tensors.get(tensor.name());
        if (place == null) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " is not of " + path);
        }
        place.file().read(tensor, offset, destination);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
