#include "describe.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>

#include "recorder.h"

namespace recorder {
namespace {

struct Remembered {
    std::mutex lock;
    std::map<const void *, std::string> texts;
    std::map<const void *, std::vector<const aclTensor *>> members;
};

Remembered &remembered() {
    static auto *const all = new Remembered;
    return *all;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.9g", value);
    return text;
}

template <typename T>
T read(const void *value) {
    T copy;
    std::memcpy(&copy, value, sizeof(copy));
    return copy;
}

// The dimensions joined by 'x'; the strides follow after '@' where the view is not contiguous.
std::string shapeText(const aclTensor *tensor) {
    int64_t *dims = nullptr, *strides = nullptr;
    uint64_t rank = 0, strideCount = 0;
    aclGetViewShape(tensor, &dims, &rank);
    aclGetViewStrides(tensor, &strides, &strideCount);
    std::string shape, layout;
    bool contiguous = true;
    int64_t expected = 1;
    for (uint64_t i = rank; dims != nullptr && i-- > 0;) {
        shape = std::to_string(dims[i]) + (shape.empty() ? "" : "x") + shape;
        if (strides != nullptr && strideCount == rank) {
            layout = std::to_string(strides[i]) + (layout.empty() ? "" : "x") + layout;
            contiguous = contiguous && (dims[i] <= 1 || strides[i] == expected);
        }
        expected *= dims[i];
    }
    delete[] dims;
    delete[] strides;
    return contiguous ? shape : shape + "@" + layout;
}

std::string tensorText(const aclTensor *tensor) {
    if (tensor == nullptr) {
        return "-";
    }
    aclDataType type = ACL_DT_UNDEFINED;
    aclFormat format = ACL_FORMAT_UNDEFINED;
    aclGetDataType(tensor, &type);
    aclGetFormat(tensor, &format);
    return nameOf(type) + ":" + shapeText(tensor) + (format == ACL_FORMAT_ND ? "" : "/" + std::to_string(format));
}

}  // namespace

std::string nameOf(aclDataType type) {
    static const std::map<aclDataType, const char *> names = {
            {ACL_FLOAT, "FLOAT"},   {ACL_FLOAT16, "FLOAT16"}, {ACL_INT8, "INT8"},   {ACL_INT32, "INT32"},
            {ACL_UINT8, "UINT8"},   {ACL_INT16, "INT16"},     {ACL_UINT16, "UINT16"}, {ACL_UINT32, "UINT32"},
            {ACL_INT64, "INT64"},   {ACL_UINT64, "UINT64"},   {ACL_DOUBLE, "DOUBLE"}, {ACL_BOOL, "BOOL"},
            {ACL_BF16, "BF16"},     {ACL_INT4, "INT4"},       {ACL_UINT1, "UINT1"}};
    const auto found = names.find(type);
    return found == names.end() ? "TYPE" + std::to_string(type) : found->second;
}

std::string scalarText(const void *value, aclDataType type) {
    if (value == nullptr) {
        return "-";
    }
    switch (type) {
        case ACL_FLOAT: return "FLOAT:" + number(read<float>(value));
        case ACL_DOUBLE: return "DOUBLE:" + number(read<double>(value));
        case ACL_INT32: return "INT32:" + std::to_string(read<int32_t>(value));
        case ACL_INT64: return "INT64:" + std::to_string(read<int64_t>(value));
        case ACL_BOOL: return read<uint8_t>(value) != 0 ? "BOOL:true" : "BOOL:false";
        default: return nameOf(type) + ":?";
    }
}

void rememberText(const void *object, std::string text) {
    const std::lock_guard<std::mutex> hold(remembered().lock);
    remembered().texts[object] = std::move(text);
}

void rememberMembers(const void *list, std::vector<const aclTensor *> members) {
    const std::lock_guard<std::mutex> hold(remembered().lock);
    remembered().members[list] = std::move(members);
}

void forget(const void *object) {
    const std::lock_guard<std::mutex> hold(remembered().lock);
    remembered().texts.erase(object);
    remembered().members.erase(object);
}

void Line::add(const char *name, const aclTensor *tensor) {
    tensors_ += (tensors_.empty() ? "" : ";") + std::string(name) + "=" + tensorText(tensor);
}

void Line::add(const char *name, const aclTensorList *list) {
    std::vector<const aclTensor *> members;
    if (list != nullptr) {
        const std::lock_guard<std::mutex> hold(remembered().lock);
        members = remembered().members[list];
    }
    std::string text;
    for (const aclTensor *member : members) {
        text += (text.empty() ? "" : ",") + tensorText(member);
    }
    tensors_ += (tensors_.empty() ? "" : ";") + std::string(name) + "=" + (list == nullptr ? "-" : "(" + text + ")");
}

void Line::attribute(const char *name, const std::string &text) {
    attributes_ += (attributes_.empty() ? "" : ";") + std::string(name) + "=" + text;
}

void Line::addRemembered(const char *name, const void *object) {
    std::string text = "-";
    if (object != nullptr) {
        const std::lock_guard<std::mutex> hold(remembered().lock);
        const auto found = remembered().texts.find(object);
        text = found == remembered().texts.end() ? "?" : found->second;
    }
    attribute(name, text);
}

void Line::add(const char *name, const char *text) { attribute(name, text == nullptr ? "-" : text); }
void Line::add(const char *name, bool value) { attribute(name, value ? "true" : "false"); }
void Line::add(const char *name, double value) { attribute(name, number(value)); }
void Line::add(const char *name, int64_t value) { attribute(name, std::to_string(value)); }
void Line::add(const char *name, aclDataType type) { attribute(name, nameOf(type)); }

void Line::write(int status) const {
    std::string text = function_;
    if (!tensors_.empty() || !attributes_.empty()) {
        text += " " + tensors_ + "|" + attributes_;
    }
    if (status != 0) {
        text += " !" + std::to_string(status);
    }
    append(text + "\n");
}

}  // namespace recorder
