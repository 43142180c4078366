package org.ascend4j.internal.acl;

/** Device memory in bytes at one moment. */
public record MemoryInfo(long free, long total) {}
