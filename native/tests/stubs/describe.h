// One line of the record: an operator's name, its tensors and its attributes.
#ifndef ASCEND4J_TESTS_STUBS_DESCRIBE_H_
#define ASCEND4J_TESTS_STUBS_DESCRIBE_H_

#include <string>
#include <vector>

#include "aclnn/acl_meta.h"

namespace recorder {

// What was passed when a scalar, an array or a list was created: ACL has no getter for it.
void rememberText(const void *object, std::string text);
void rememberMembers(const void *list, std::vector<const aclTensor *> members);
void forget(const void *object);

std::string scalarText(const void *value, aclDataType type);
std::string nameOf(aclDataType type);

template <typename T>
std::string listText(const T *values, uint64_t size) {
    std::string text = "[";
    for (uint64_t i = 0; values != nullptr && i < size; ++i) {
        text += (i == 0 ? "" : ",") + std::to_string(values[i]);
    }
    return text + "]";
}

class Line {
public:
    explicit Line(const char *function) : function_(function) {}

    void add(const char *name, const aclTensor *tensor);
    void add(const char *name, const aclTensorList *list);
    void add(const char *name, const char *text);
    void add(const char *name, bool value);
    void add(const char *name, double value);
    void add(const char *name, int64_t value);
    void add(const char *name, int32_t value) { add(name, static_cast<int64_t>(value)); }
    void add(const char *name, int8_t value) { add(name, static_cast<int64_t>(value)); }
    void add(const char *name, aclDataType type);
    void add(const char *name, const aclScalar *scalar) { addRemembered(name, scalar); }
    void add(const char *name, const aclIntArray *array) { addRemembered(name, array); }
    void add(const char *name, const aclFloatArray *array) { addRemembered(name, array); }
    void add(const char *name, const aclBoolArray *array) { addRemembered(name, array); }
    void add(const char *name, const aclScalarList *list) { addRemembered(name, list); }

    // Appends the line to the record; a status other than success is added to it.
    void write(int status) const;

private:
    void addRemembered(const char *name, const void *object);
    void attribute(const char *name, const std::string &text);

    std::string function_, tensors_, attributes_;
};

}  // namespace recorder

#endif
