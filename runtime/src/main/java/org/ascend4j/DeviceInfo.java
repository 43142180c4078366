package org.ascend4j;

/**
 * The device that runs a model.
 *
 * @param name {@code host} or {@code npu:i}
 * @param soc what the runtime calls the chip
 * @param library what answers under CANN's names, with its version
 * @param cannVersion the CANN version it reports
 */
public record DeviceInfo(String name, String soc, String library, String cannVersion) {}
