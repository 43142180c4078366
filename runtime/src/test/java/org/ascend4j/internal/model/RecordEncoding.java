package org.ascend4j.internal.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.pretrained.PretrainedFolder;

/** Runs one step of an encoder in a JVM of its own, on the libraries of a given directory. */
final class RecordEncoding {
    private RecordEncoding() {}

    /** Arguments: directory of the libraries, model folder, data type. */
    public static void main(String[] arguments) {
        DevicePlan device = new DevicePlan(false, 0, List.of(Path.of(arguments[0])));
        try (PretrainedFolder file = PretrainedFolder.open(Path.of(arguments[1]))) {
            EncoderPlan plan =
                    EncoderPlan.classifies(file) ? EncoderPlan.classifying(file) : EncoderPlan.embedding(file);
            try (Encoder encoder = Encoder.open(
                    file,
                    plan,
                    () -> DeviceSession.open(device, 2, Duration.ofSeconds(60)),
                    new Encoder.Settings(DataType.valueOf(arguments[2]), true, 2, 64),
                    loaded -> {})) {
                encoder.encode(List.of(input(17, TokenPooling.MEAN), input(1, TokenPooling.FIRST)));
            }
        }
    }

    private static EncoderInput input(int tokens, TokenPooling pooling) {
        return new EncoderInput(IntStream.range(5, 5 + tokens).toArray(), new int[0], pooling);
    }
}
