/* A plain ACL program: two vectors are copied to the device, added there and copied back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <acl/acl.h>
#include <aclnnop/aclnn_add.h>

#define COUNT 6
#define CHECK(call)                                                                               \
    do {                                                                                          \
        int code_ = (int)(call);                                                                  \
        if (code_ != 0) {                                                                         \
            const char *message_ = aclGetRecentErrMsg();                                          \
            fprintf(stderr, "%s: %d %s\n", #call, code_, message_ == NULL ? "" : message_);        \
            exit(1);                                                                              \
        }                                                                                         \
    } while (0)

static const size_t BYTES = COUNT * sizeof(float);

static void *upload(const float *values) {
    void *memory = NULL;
    CHECK(aclrtMalloc(&memory, BYTES, ACL_MEM_MALLOC_HUGE_FIRST));
    CHECK(aclrtMemcpy(memory, BYTES, values, BYTES, ACL_MEMCPY_HOST_TO_DEVICE));
    return memory;
}

static aclTensor *matrix(void *memory) {
    const int64_t shape[] = {2, 3};
    const int64_t strides[] = {3, 1};
    aclTensor *tensor = aclCreateTensor(shape, 2, ACL_FLOAT, strides, 0, ACL_FORMAT_ND, shape, 2, memory);
    if (tensor == NULL) {
        fprintf(stderr, "aclCreateTensor failed\n");
        exit(1);
    }
    return tensor;
}

static void add(const aclTensor *a, const aclTensor *b, float factor, aclTensor *out, aclrtStream stream) {
    aclScalar *alpha = aclCreateScalar(&factor, ACL_FLOAT);
    uint64_t size = 0;
    aclOpExecutor *executor = NULL;
    void *workspace = NULL;
    CHECK(aclnnAddGetWorkspaceSize(a, b, alpha, out, &size, &executor));
    if (size > 0) {
        CHECK(aclrtMalloc(&workspace, size, ACL_MEM_MALLOC_HUGE_FIRST));
    }
    CHECK(aclnnAdd(workspace, size, executor, stream));
    CHECK(aclrtSynchronizeStream(stream));
    if (workspace != NULL) {
        CHECK(aclrtFree(workspace));
    }
    CHECK(aclDestroyScalar(alpha));
}

int main(void) {
    const float left[COUNT] = {1.0f, 2.5f, -3.0f, 0.0f, 1e6f, -0.5f};
    const float right[COUNT] = {4.0f, 0.25f, 3.0f, -8.0f, 1.0f, 0.5f};
    float sum[COUNT] = {0};
    aclrtStream stream = NULL;

    CHECK(aclInit(NULL));
    CHECK(aclrtSetDevice(0));
    CHECK(aclrtCreateStream(&stream));
    void *memory[3] = {upload(left), upload(right), upload(sum)};
    aclTensor *tensors[3] = {matrix(memory[0]), matrix(memory[1]), matrix(memory[2])};
    add(tensors[0], tensors[1], 2.0f, tensors[2], stream);
    CHECK(aclrtMemcpy(sum, BYTES, memory[2], BYTES, ACL_MEMCPY_DEVICE_TO_HOST));

    int wrong = 0;
    for (int i = 0; i < COUNT; i++) {
        if (sum[i] != left[i] + 2.0f * right[i]) {
            fprintf(stderr, "element %d: %g, expected %g\n", i, sum[i], left[i] + 2.0f * right[i]);
            wrong = 1;
        }
    }
    for (int i = 0; i < 3; i++) {
        CHECK(aclDestroyTensor(tensors[i]));
        CHECK(aclrtFree(memory[i]));
    }
    CHECK(aclrtDestroyStream(stream));
    CHECK(aclrtResetDevice(0));
    CHECK(aclFinalize());
    return wrong;
}
