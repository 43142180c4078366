package org.ascend4j.djl;

import ai.djl.Application;
import ai.djl.Device;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ascend4j.LlmOptions;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a model's options say.
 *
 * @param model the file or folder to open
 * @param embeds whether to turn texts into vectors, and not to generate
 * @param options how it is opened
 * @param requestTimeout longest that a request may take; zero for no limit
 * @param drainTimeout how long closing lets running requests go on
 */
record ModelSettings(Path model, boolean embeds, LlmOptions options, Duration requestTimeout, Duration drainTimeout) {
    /** DJL and DJL Serving add these by themselves, or read them themselves. */
    private static final Set<String> OF_OTHERS = Set.of(
            "async-mode",
            "epoch",
            "hasparameter",
            "is-peft-model",
            "max-rolling-batch-size",
            "model-loading-timeout",
            "modelname",
            "mpi-mode",
            "parallel-loading",
            "predict-timeout",
            "rolling-batch");

    private static final Set<String> DEGREES = Set.of("tensor-parallel-degree", "pipeline-parallel-degree");

    private static final Pattern NPU = Pattern.compile("npu[:(]?([0-9]{1,3})\\)?");

    private static final int MOST_SECONDS = 86_400;

    /**
     * @param folder what DJL found: a folder or a file
     * @param name a file in the folder; null for what the options say
     * @param application what DJL calls the task, if it was told
     * @throws InvalidRequestException naming the option that is wrong
     */
    static ModelSettings of(Path folder, String name, Map<String, ?> options, Device device, String application)
            throws IOException {
        Map<String, String> own = new TreeMap<>();
        options.forEach((key, value) -> own.put(key.replace('_', '-'), String.valueOf(value)));
        own.keySet().removeIf(key -> OF_OTHERS.contains(key.toLowerCase(Locale.ROOT)));
        DEGREES.forEach(degree -> requireOne(degree, own.remove(degree)));
        // DJL Serving's users know this name.
        String known = own.remove("model-id");
        String file = own.getOrDefault("model", known);
        own.remove("model");
        boolean embeds = embeds(own.remove("task"), application);
        Duration request = seconds("request-timeout", own.remove("request-timeout"));
        Duration drain = seconds("drain-timeout", own.remove("drain-timeout"));
        LlmOptions.Builder builder = LlmOptions.builder();
        String chosen = device(device, own.remove("device"));
        if (chosen != null) {
            builder.option("device", chosen);
        }
        own.forEach(builder::option);
        return new ModelSettings(find(folder, name == null ? file : name), embeds, builder.build(), request, drain);
    }

    private static boolean embeds(String task, String application) {
        if (task == null) {
            return application.equals(Application.NLP.TEXT_EMBEDDING.getPath());
        }
        if (!task.equals("embed") && !task.equals("generate")) {
            throw new InvalidRequestException("task", "found '" + task + "', expected generate or embed");
        }
        return task.equals("embed");
    }

    private static void requireOne(String degree, String value) {
        if (value != null && !value.equals("1") && !value.equals("-1")) {
            throw new InvalidRequestException(degree, "found " + value + ", expected 1: a model runs on one device");
        }
    }

    /** Reads a time; none is zero. */
    static Duration seconds(String option, String value) {
        if (value == null) {
            return Duration.ZERO;
        }
        if (!value.strip().matches("[0-9]{1,5}") || Integer.parseInt(value.strip()) > MOST_SECONDS) {
            throw new InvalidRequestException(
                    option, "found '" + value + "', expected whole seconds from 0 to " + MOST_SECONDS);
        }
        return Duration.ofSeconds(Integer.parseInt(value.strip()));
    }

    /** The option's spelling of a device; null if nothing says which. */
    private static String device(Device device, String option) {
        String wanted = option == null ? null : spelled(option.strip());
        switch (device.getDeviceType()) {
            case "cpu":
                return wanted;
            case "npu":
                String given = "npu:" + Math.max(0, device.getDeviceId());
                if (wanted != null && !wanted.equals(given)) {
                    throw new InvalidRequestException(
                            "device",
                            "found '" + option + "' for a model that is loaded on " + device + "; leave one out");
                }
                return given;
            default:
                throw new InvalidRequestException("device", "found " + device + ", expected npu0, npu1 … or cpu");
        }
    }

    private static String spelled(String option) {
        Matcher npu = NPU.matcher(option);
        if (npu.matches()) {
            return "npu:" + npu.group(1);
        }
        return option.equals("cpu") ? "host" : option;
    }

    private static Path find(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return folder;
        }
        if (name != null) {
            return requirePresent(folder.resolve(name));
        }
        if (Files.exists(folder.resolve("config.json"))) {
            return folder;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".gguf"))
                    .sorted()
                    .toList();
            if (models.size() == 1) {
                return models.get(0);
            }
            throw new FileNotFoundException(folder + ": found " + models.size()
                    + " files .gguf and no config.json, expected one of them; name the file with option.model");
        }
    }

    private static Path requirePresent(Path file) throws FileNotFoundException {
        if (!Files.exists(file)) {
            throw new FileNotFoundException(
                    file + ": no such file; option.model names one, in the model's folder or by its whole path");
        }
        return file;
    }
}
