#include <vector>

#include "core/device_fixture.h"
#include "core/tensor_view.h"

using namespace ascend4j;

namespace {

std::vector<int64_t> take(const int64_t *values, uint64_t size) {
    std::vector<int64_t> result(values, values + size);
    delete[] values;
    return result;
}

}  // namespace

TEST(TensorTest, GettersGiveBackWhatWasDescribed) {
    const int64_t dims[] = {2, 3};
    const int64_t strides[] = {4, 1};
    const int64_t storage[] = {64};
    const aclTensor *tensor = aclCreateTensor(dims, 2, ACL_BF16, strides, 5, ACL_FORMAT_ND, storage, 1, nullptr);
    ASSERT_NE(tensor, nullptr);
    int64_t *values = nullptr;
    uint64_t size = 0;
    ASSERT_EQ(aclGetViewShape(tensor, &values, &size), ACLNN_SUCCESS);
    EXPECT_EQ(take(values, size), (std::vector<int64_t>{2, 3}));
    ASSERT_EQ(aclGetViewStrides(tensor, &values, &size), ACLNN_SUCCESS);
    EXPECT_EQ(take(values, size), (std::vector<int64_t>{4, 1}));
    ASSERT_EQ(aclGetStorageShape(tensor, &values, &size), ACLNN_SUCCESS);
    EXPECT_EQ(take(values, size), (std::vector<int64_t>{64}));
    int64_t offset = 0;
    aclFormat format = ACL_FORMAT_UNDEFINED;
    aclDataType dtype = ACL_DT_UNDEFINED;
    EXPECT_EQ(aclGetViewOffset(tensor, &offset), ACLNN_SUCCESS);
    EXPECT_EQ(aclGetFormat(tensor, &format), ACLNN_SUCCESS);
    EXPECT_EQ(aclGetDataType(tensor, &dtype), ACLNN_SUCCESS);
    EXPECT_EQ(offset, 5);
    EXPECT_EQ(format, ACL_FORMAT_ND);
    EXPECT_EQ(dtype, ACL_BF16);
    EXPECT_EQ(aclGetDataType(tensor, nullptr), ACLNN_ERR_PARAM_NULLPTR);
    EXPECT_EQ(aclDestroyTensor(tensor), ACLNN_SUCCESS);
    EXPECT_EQ(aclGetDataType(tensor, &dtype), ACLNN_ERR_PARAM_INVALID);
}

TEST(TensorTest, NullStridesAreContiguous) {
    const int64_t dims[] = {2, 1, 5};
    const aclTensor *tensor = aclCreateTensor(dims, 3, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, dims, 3, nullptr);
    int64_t *values = nullptr;
    uint64_t size = 0;
    ASSERT_EQ(aclGetViewStrides(tensor, &values, &size), ACLNN_SUCCESS);
    EXPECT_EQ(take(values, size), (std::vector<int64_t>{5, 5, 1}));
    EXPECT_EQ(aclDestroyTensor(tensor), ACLNN_SUCCESS);
    const aclTensor *scalar = aclCreateTensor(nullptr, 0, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, nullptr, 0, nullptr);
    EXPECT_NE(scalar, nullptr) << "rank 0 is a shape";
    EXPECT_EQ(aclDestroyTensor(scalar), ACLNN_SUCCESS);
}

TEST(TensorTest, ImpossibleShapesGiveNull) {
    const int64_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    const int64_t negative[] = {2, -1};
    const int64_t huge[] = {INT64_MAX / 2, 3};
    const auto create = [](const int64_t *dims, uint64_t rank, const int64_t *strides, int64_t offset) {
        return aclCreateTensor(dims, rank, ACL_FLOAT, strides, offset, ACL_FORMAT_ND, nullptr, 0, nullptr);
    };
    EXPECT_EQ(create(nine, 9, nullptr, 0), nullptr);
    EXPECT_EQ(create(nullptr, 2, nullptr, 0), nullptr);
    EXPECT_EQ(create(negative, 2, nullptr, 0), nullptr);
    EXPECT_EQ(create(huge, 2, nullptr, 0), nullptr);
    EXPECT_EQ(create(nine, 2, huge, -1), nullptr);
    const int64_t two[] = {2, 2};
    EXPECT_EQ(create(two, 2, huge, 0), nullptr);
    EXPECT_NE(std::string(aclGetRecentErrMsg()).find("aclCreateTensor"), std::string::npos);
}

TEST(TensorTest, DestroyAcceptsNullAndRefusesGarbage) {
    EXPECT_EQ(aclDestroyTensor(nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyScalar(nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyIntArray(nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyTensorList(nullptr), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyTensor(reinterpret_cast<aclTensor *>(0x1238)), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclDestroyIntArray(reinterpret_cast<aclIntArray *>(0x1238)), ACLNN_ERR_PARAM_INVALID);
    const int64_t dims[] = {1};
    const aclTensor *tensor = aclCreateTensor(dims, 1, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, dims, 1, nullptr);
    EXPECT_EQ(aclDestroyTensor(tensor), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyTensor(tensor), ACLNN_ERR_PARAM_INVALID);
}

TEST(TensorTest, ListsOwnTheirMembers) {
    const int64_t dims[] = {1};
    const aclTensor *members[3];
    for (const aclTensor *&member : members) {
        member = aclCreateTensor(dims, 1, ACL_FLOAT, nullptr, 0, ACL_FORMAT_ND, dims, 1, nullptr);
    }
    const aclTensorList *list = aclCreateTensorList(members, 3);
    uint64_t size = 0;
    EXPECT_EQ(aclGetTensorListSize(list, &size), ACLNN_SUCCESS);
    EXPECT_EQ(size, 3U);
    EXPECT_EQ(aclDestroyTensorList(list), ACLNN_SUCCESS);
    EXPECT_EQ(aclDestroyTensor(members[1]), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclGetTensorListSize(list, &size), ACLNN_ERR_PARAM_INVALID);
    EXPECT_EQ(aclCreateTensorList(nullptr, 2), nullptr);
}

TEST(TensorTest, ScalarsAndArraysCopyTheirValues) {
    float value = 2.5F;
    const aclScalar *scalar = aclCreateScalar(&value, ACL_FLOAT);
    value = 9;
    EXPECT_EQ(scalarValue(scalar), 2.5);
    EXPECT_EQ(scalarValue(nullptr), 1);
    EXPECT_EQ(aclCreateScalar(nullptr, ACL_FLOAT), nullptr);
    EXPECT_EQ(aclCreateScalar(&value, ACL_STRING), nullptr);
    EXPECT_EQ(aclDestroyScalar(scalar), ACLNN_SUCCESS);
    uint16_t half = 0xC100;
    const aclScalar *small = aclCreateScalar(&half, ACL_FLOAT16);
    EXPECT_EQ(scalarValue(small), -2.5);
    EXPECT_EQ(aclDestroyScalar(small), ACLNN_SUCCESS);
    int64_t numbers[] = {3, 4};
    const aclIntArray *array = aclCreateIntArray(numbers, 2);
    numbers[0] = 0;
    EXPECT_EQ(intArrayValues(array), (std::vector<int64_t>{3, 4}));
    uint64_t size = 0;
    EXPECT_EQ(aclGetIntArraySize(array, &size), ACLNN_SUCCESS);
    EXPECT_EQ(size, 2U);
    EXPECT_EQ(aclDestroyIntArray(array), ACLNN_SUCCESS);
    EXPECT_EQ(aclGetIntArraySize(array, &size), ACLNN_ERR_PARAM_INVALID);
    const bool flags[] = {true, false, true};
    const aclBoolArray *bools = aclCreateBoolArray(flags, 3);
    EXPECT_EQ(aclGetBoolArraySize(bools, &size), ACLNN_SUCCESS);
    EXPECT_EQ(size, 3U);
    EXPECT_EQ(aclDestroyBoolArray(bools), ACLNN_SUCCESS);
}

TEST(TensorTest, ViewsMeasureThemselves) {
    TensorView view;
    view.dtype = ACL_INT4;
    view.rank = 2;
    view.dims[0] = 3;
    view.dims[1] = 4;
    view.strides[0] = 8;
    view.strides[1] = 1;
    EXPECT_EQ(view.elements(), 12);
    EXPECT_FALSE(view.contiguous());
    EXPECT_EQ(view.spanBytes(), 10U);
    view.strides[0] = 4;
    EXPECT_TRUE(view.contiguous());
    EXPECT_EQ(view.dim(-1), 4);
    EXPECT_EQ(view.stride(-2), 4);
    view.dims[0] = 0;
    EXPECT_EQ(view.spanBytes(), 0U);
    EXPECT_EQ(aclDataTypeSize(ACL_INT4), 1U);
    EXPECT_EQ(aclDataTypeSize(ACL_BF16), 2U);
    EXPECT_EQ(aclDataTypeSize(ACL_COMPLEX128), 16U);
}

TEST(TensorTest, ManyThreadsCreateAndDestroy) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([] {
            const int64_t dims[] = {4};
            for (int i = 0; i < 3000; ++i) {
                const aclTensor *tensor = aclCreateTensor(dims, 1, ACL_FLOAT, nullptr, i, ACL_FORMAT_ND, dims, 1, nullptr);
                int64_t offset = -1;
                ASSERT_EQ(aclGetViewOffset(tensor, &offset), ACLNN_SUCCESS);
                ASSERT_EQ(offset, i);
                ASSERT_EQ(aclDestroyTensor(tensor), ACLNN_SUCCESS);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}
