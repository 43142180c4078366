// A decode step of a few made-up layers on the host device: launched one by one, or captured and replayed by a program.
#ifndef ASCEND4J_TESTS_SHIM_DECODE_MODEL_H_
#define ASCEND4J_TESTS_SHIM_DECODE_MODEL_H_

#include <cstring>
#include <string>
#include <vector>

#include "acl/acl.h"
#include "aclnnop/aclnn_add.h"
#include "aclnnop/aclnn_fused_infer_attention_score_v3.h"
#include "aclnnop/aclnn_mul.h"
#include "aclnnop/aclnn_scatter_pa_kv_cache.h"
#include "child.h"
#include "step_program.h"

// The words of a call and their letters.
struct Words {
    std::string kinds;
    std::vector<int64_t> values;

    Words &add(char kind, int64_t value) {
        kinds += kind;
        values.push_back(value);
        return *this;
    }
    Words &add(char kind, const void *value) { return add(kind, reinterpret_cast<int64_t>(value)); }
    Words &nulls(const char *letters) {
        for (; *letters != '\0'; ++letters) add(*letters, int64_t{0});
        return *this;
    }
    Words &real(double value) {
        int64_t bits = 0;
        std::memcpy(&bits, &value, sizeof(bits));
        return add('d', bits);
    }
    int call(ascend4j_program *program, const char *function) const {
        return ascend4j_program_call(program, function, kinds.c_str(), values.data(), static_cast<int>(values.size()));
    }
    int launch(ascend4j_program *program, const char *name, void *workspace, int64_t size, void *stream) const {
        return ascend4j_program_operator(program, name, kinds.c_str(), values.data(), static_cast<int>(values.size()),
                                         workspace, size, stream);
    }
};

class DecodeModel {
public:
    static constexpr int64_t kBatch = 3, kHeads = 2, kDepth = 32, kWidth = kHeads * kDepth, kBlock = 16, kColumns = 4;
    static constexpr int64_t kBlocks = kBatch * kColumns;

    explicit DecodeModel(int layers) : layers_(static_cast<size_t>(layers)) {
        EXPECT_EQ(0, aclrtCreateStream(&stream));
        EXPECT_EQ(0, aclrtCreateStream(&update));
        EXPECT_EQ(0, aclrtMalloc(&workspace_, kWorkspace, ACL_MEM_MALLOC_HUGE_FIRST));
        x_ = half({kBatch, kWidth}, 0);
        attended_ = half({kBatch, kWidth}, 0);
        slots_ = filled(ACL_INT32, {kBatch}, std::vector<int32_t>(kBatch, 0));
        std::vector<int32_t> blocks;
        for (int64_t i = 0; i < kBlocks; ++i) blocks.push_back(static_cast<int32_t>((i * 5) % kBlocks));
        table_ = filled(ACL_INT32, {kBatch, kColumns}, blocks);
        blockIds_ = blocks;
        for (size_t i = 0; i < layers_.size(); ++i) {
            Layer &layer = layers_[i];
            layer.weight = half({kBatch, kWidth}, static_cast<int>(i) + 1);
            layer.query = half({kBatch, kWidth}, 0);
            layer.keys = half({kBlocks, kBlock, kWidth}, 0);
            layer.values = half({kBlocks, kBlock, kWidth}, 0);
            EXPECT_EQ(0, aclrtCreateEventWithFlag(&layer.ready, ACL_EVENT_EXTERNAL));
        }
    }

    // New input and the slots of the tokens at the last positions.
    void prepare(int step, const std::vector<int64_t> &lengths) {
        std::vector<uint16_t> input(kBatch * kWidth);
        for (size_t i = 0; i < input.size(); ++i) input[i] = aclFloatToFloat16(0.01F * static_cast<float>((i * 7 + step * 3) % 101));
        copyIn(x_.data, input.data(), input.size() * 2);
        std::vector<int32_t> slots;
        for (int64_t b = 0; b < kBatch; ++b) {
            const int64_t at = lengths[static_cast<size_t>(b)] - 1;
            const int32_t block = blockIds_[static_cast<size_t>(b * kColumns + at / kBlock)];
            slots.push_back(static_cast<int32_t>(block * kBlock + at % kBlock));
        }
        copyIn(slots_.data, slots.data(), slots.size() * 4);
    }

    std::vector<uint16_t> output() {
        std::vector<uint16_t> bits(kBatch * kWidth);
        EXPECT_EQ(0, aclrtMemcpy(bits.data(), bits.size() * 2, x_.data, bits.size() * 2, ACL_MEMCPY_DEVICE_TO_HOST));
        return bits;
    }

    void launchEagerly(const std::vector<int64_t> &lengths) {
        for (Layer &layer : layers_) {
            before(layer);
            attention(layer, lengths, stream);
            after();
        }
        EXPECT_EQ(0, aclrtSynchronizeStream(stream));
    }

    void capture(const std::vector<int64_t> &lengths) {
        ASSERT_EQ(0, aclmdlRICaptureBegin(stream, ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL));
        for (Layer &layer : layers_) {
            before(layer);
            ASSERT_EQ(0, aclrtStreamWaitEvent(stream, layer.ready));
            ASSERT_EQ(0, aclrtResetEvent(layer.ready, stream));
            ASSERT_EQ(0, aclmdlRICaptureTaskGrpBegin(stream));
            attention(layer, lengths, stream);
            ASSERT_EQ(0, aclmdlRICaptureTaskGrpEnd(stream, &layer.group));
            after();
        }
        ASSERT_EQ(0, aclmdlRICaptureEnd(stream, &graph));
    }

    // The replay, then every layer's update and event, then the wait.
    ascend4j_program *program(bool wait = true) {
        ascend4j_program *made = ascend4j_program_create();
        EXPECT_LE(0, Words().add('p', graph).add('p', stream).call(made, "aclmdlRIExecuteAsync"));
        for (Layer &layer : layers_) {
            EXPECT_LE(0, Words().add('p', update).add('p', layer.group).call(made, "aclmdlRICaptureTaskUpdateBegin"));
            const int record = attentionWords(layer, made).launch(made, "aclnnFusedInferAttentionScoreV3", workspace_,
                                                                  kWorkspace, update);
            EXPECT_LE(0, record);
            EXPECT_EQ(0, ascend4j_program_array(made, record, 6, 0, kBatch));
            EXPECT_LE(0, Words().add('p', update).call(made, "aclmdlRICaptureTaskUpdateEnd"));
            EXPECT_LE(0, Words().add('p', layer.ready).add('p', update).call(made, "aclrtRecordEvent"));
        }
        if (wait) {
            EXPECT_LE(0, Words().add('p', stream).add('i', 20000).call(made, "aclrtSynchronizeStreamWithTimeout"));
        }
        return made;
    }

    Words attentionWords(size_t layer, ascend4j_program *program) { return attentionWords(layers_[layer], program); }
    aclrtTaskGrp group(size_t layer) const { return layers_[layer].group; }
    void *workspace() const { return workspace_; }

    static constexpr int64_t kWorkspace = 4 << 20;
    aclrtStream stream = nullptr, update = nullptr;
    aclmdlRI graph = nullptr;

private:
    struct Matrix {
        void *data = nullptr;
        aclTensor *tensor = nullptr;  // (rows, width)
        aclTensor *split = nullptr;   // the same with heads apart
        aclTensorList *list = nullptr;
    };
    struct Layer {
        Matrix weight, query, keys, values;
        aclrtEvent ready = nullptr;
        aclrtTaskGrp group = nullptr;
    };

    static void copyIn(void *to, const void *from, size_t bytes) {
        EXPECT_EQ(0, aclrtMemcpy(to, bytes, from, bytes, ACL_MEMCPY_HOST_TO_DEVICE));
    }
    static aclTensor *describe(aclDataType type, const std::vector<int64_t> &shape, void *data) {
        return aclCreateTensor(shape.data(), shape.size(), type, nullptr, 0, ACL_FORMAT_ND, shape.data(), shape.size(), data);
    }
    template <typename T>
    static Matrix filled(aclDataType type, const std::vector<int64_t> &shape, const std::vector<T> &values) {
        Matrix made;
        EXPECT_EQ(0, aclrtMalloc(&made.data, values.size() * sizeof(T), ACL_MEM_MALLOC_HUGE_FIRST));
        copyIn(made.data, values.data(), values.size() * sizeof(T));
        made.tensor = describe(type, shape, made.data);
        return made;
    }
    static Matrix half(std::vector<int64_t> shape, int seed) {
        int64_t count = 1;
        for (int64_t size : shape) count *= size;
        std::vector<uint16_t> values(static_cast<size_t>(count), 0);
        for (size_t i = 0; seed != 0 && i < values.size(); ++i) {
            values[i] = aclFloatToFloat16(0.3F + 0.01F * static_cast<float>((i * 13 + static_cast<size_t>(seed) * 29) % 89));
        }
        Matrix made = filled(ACL_FLOAT16, shape, values);
        const bool cache = shape.size() == 3;
        made.list = cache ? aclCreateTensorList(&made.tensor, 1) : nullptr;
        shape.back() = kHeads;
        shape.push_back(kDepth);
        made.split = describe(ACL_FLOAT16, shape, made.data);
        if (!cache) {
            aclDestroyTensor(made.tensor);
            made.tensor = describe(ACL_FLOAT16, {shape[0], 1, kWidth}, made.data);
        }
        return made;
    }

    template <typename First, typename Second, typename... Arguments>
    void launch(First first, Second second, aclrtStream line, Arguments... arguments) {
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        const int planned = first(arguments..., &size, &executor);
        EXPECT_EQ(0, planned) << aclGetRecentErrMsg();
        EXPECT_LE(size, static_cast<uint64_t>(kWorkspace));
        if (planned == 0) {
            EXPECT_EQ(0, second(size == 0 ? nullptr : workspace_, size, executor, line)) << aclGetRecentErrMsg();
        }
    }

    void before(Layer &layer) {
        launch(aclnnMulGetWorkspaceSize, aclnnMul, stream, x_.tensor, layer.weight.tensor, layer.query.tensor);
        const aclTensor *none = nullptr;
        const aclIntArray *empty = nullptr;
        char *text = nullptr;
        launch(aclnnScatterPaKvCacheGetWorkspaceSize, aclnnScatterPaKvCache, stream, x_.split, layer.keys.split,
               slots_.tensor, layer.query.split, layer.values.split, none, none, none, text, text, empty, empty);
    }

    void attention(Layer &layer, const std::vector<int64_t> &lengths, aclrtStream line) {
        const aclTensor *n = nullptr;
        const aclIntArray *e = nullptr;
        aclIntArray *keys = aclCreateIntArray(lengths.data(), lengths.size());
        char layout[] = "BSH";
        launch(aclnnFusedInferAttentionScoreV3GetWorkspaceSize, aclnnFusedInferAttentionScoreV3, line, layer.query.tensor,
               layer.keys.list, layer.values.list, n, n, e, keys, n, n, n, n, n, n, n, table_.tensor, n, n, n, n, n, n, n,
               n, e, n, n, n, kHeads, 0.125, int64_t{2147483647}, int64_t{2147483647}, layout, kHeads, int64_t{0},
               int64_t{0}, kBlock, int64_t{0}, false, int64_t{0}, int64_t{0}, attended_.tensor, n);
        aclDestroyIntArray(keys);
    }

    Words attentionWords(Layer &layer, ascend4j_program *program) {
        Words words;
        words.add('t', layer.query.tensor).add('l', layer.keys.list).add('l', layer.values.list).nulls("ttaattttttt");
        words.add('t', table_.tensor).nulls("ttttttttattt").add('i', kHeads).real(0.125).add('i', 2147483647);
        words.add('i', 2147483647).add('c', ascend4j_program_text(program, "BSH")).add('i', kHeads).nulls("ii");
        words.add('i', kBlock).nulls("ibii").add('t', attended_.tensor).nulls("t");
        return words;
    }

    void after() {
        float one = 1;
        aclScalar *alpha = aclCreateScalar(&one, ACL_FLOAT);
        launch(aclnnAddGetWorkspaceSize, aclnnAdd, stream, x_.tensor, attended_.tensor, alpha, x_.tensor);
        aclDestroyScalar(alpha);
    }

    std::vector<Layer> layers_;
    Matrix x_, attended_, slots_, table_;
    std::vector<int32_t> blockIds_;
    void *workspace_ = nullptr;
};

#endif
