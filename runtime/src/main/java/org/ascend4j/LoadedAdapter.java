package org.ascend4j;

import java.nio.file.Path;

/**
 * A LoRA adapter that a model has loaded.
 *
 * @param name what {@link GenerationOptions#adapter} says to have it
 * @param folder where it was read from
 * @param rank r
 * @param bytes of device memory
 * @param digest SHA-256 of what changes answers, in hexadecimal; equal ones share cached prefixes, whatever their names
 */
public record LoadedAdapter(String name, Path folder, int rank, long bytes, String digest) {}
