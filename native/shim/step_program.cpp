#include "step_program.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <new>
#include <string>
#include <vector>

#include "acl/acl_mdl.h"
#include "call_table.h"

namespace ascend4j {
namespace {

constexpr int kMaxWords = 256;
constexpr int64_t kMaxValues = int64_t{1} << 32;

struct Array {
    int64_t offset;
    int64_t length;
    aclIntArray *made;  // during a run
};

struct Refill {
    int argument;
    size_t array;
};

struct Record {
    const Call *call;
    std::vector<uint64_t> words;
    std::vector<Refill> refills;
    void *workspace;
    uint64_t workspaceSize;
    void *stream;
};

const Call *findCall(const std::string &name) {
    const Call *end = kCalls + kCallCount;
    const Call *found = std::lower_bound(kCalls, end, name, [](const Call &call, const std::string &wanted) {
        return call.name < wanted;
    });
    return found != end && found->name == name ? found : nullptr;
}

// No exception leaves a C function.
template <typename Body>
int guarded(Body body) {
    try {
        return body();
    } catch (const std::exception &) {
        return ASCEND4J_ERROR_OUT_OF_MEMORY;
    }
}

int copyText(const std::string &text, char *out, size_t size) {
    if (out != nullptr && size > 0) {
        const size_t length = std::min(text.size(), size - 1);
        std::memcpy(out, text.data(), length);
        out[length] = '\0';
    }
    return static_cast<int>(text.size());
}

}  // namespace
}  // namespace ascend4j

using namespace ascend4j;

struct ascend4j_program {
    std::vector<Record> records;
    std::vector<Array> arrays;
    std::deque<std::string> texts;
    std::string error;
    int failed = -1;

    int refuse(int code, const std::string &text) {
        error = text;
        return code;
    }

    int append(const std::string &name, const char *kinds, const int64_t *words, int count, bool isOperator);
    int fill(int record, int argument, int64_t offset, int64_t length);
    int makeArrays(const int64_t *values, int64_t count);
    void destroyArrays();
    int perform(Record &record);
    int performAll();
};

int ascend4j_program::append(const std::string &name, const char *kinds, const int64_t *words, int count,
                             bool isOperator) {
    const Call *call = findCall(name);
    if (call == nullptr || (call->second != nullptr) != isOperator) {
        return refuse(ASCEND4J_ERROR_INVALID_ARGUMENT, name + ": no such " + (isOperator ? "operator" : "function") +
                                                               " that answers with a code is declared");
    }
    const std::string expected = call->kinds;
    const std::string found = kinds == nullptr ? "" : kinds;
    if (expected != found || count != static_cast<int>(expected.size()) || count > kMaxWords ||
        (count > 0 && words == nullptr)) {
        return refuse(ASCEND4J_ERROR_INVALID_ARGUMENT, name + ": found " + std::to_string(count) + " words of kinds '" +
                                                               found + "', expected '" + expected + "'");
    }
    records.push_back({call, {}, {}, nullptr, 0, nullptr});
    for (int i = 0; i < count; ++i) {
        records.back().words.push_back(static_cast<uint64_t>(words[i]));
    }
    return static_cast<int>(records.size()) - 1;
}

int ascend4j_program::fill(int record, int argument, int64_t offset, int64_t length) {
    const size_t place = static_cast<size_t>(record);
    if (place >= records.size() || static_cast<size_t>(argument) >= records[place].words.size() ||
        records[place].call->kinds[argument] != 'a') {
        return refuse(ASCEND4J_ERROR_INVALID_ARGUMENT, "record " + std::to_string(record) + ", argument " +
                                                               std::to_string(argument) + " is no integer array");
    }
    if (offset < 0 || length < 0 || offset > kMaxValues || length > kMaxValues) {
        return refuse(ASCEND4J_ERROR_INVALID_ARGUMENT, "offset and length: expected 0 to 2^32");
    }
    const auto same = [&](const Array &array) { return array.offset == offset && array.length == length; };
    const auto found = std::find_if(arrays.begin(), arrays.end(), same);
    const size_t array = static_cast<size_t>(found - arrays.begin());
    if (found == arrays.end()) {
        arrays.push_back({offset, length, nullptr});
    }
    records[place].refills.push_back({argument, array});
    return 0;
}

int ascend4j_program::makeArrays(const int64_t *values, int64_t count) {
    for (Array &array : arrays) {
        if (array.length > count || array.offset > count - array.length) {
            return refuse(ASCEND4J_ERROR_INVALID_ARGUMENT,
                          "values: found " + std::to_string(count) + ", an array reads " + std::to_string(array.length) +
                                  " from " + std::to_string(array.offset) + " on");
        }
        array.made = aclCreateIntArray(values + array.offset, static_cast<uint64_t>(array.length));
        if (array.made == nullptr) {
            return refuse(ASCEND4J_ERROR_OPEN_FAILED, "aclCreateIntArray gave null");
        }
    }
    for (Record &record : records) {
        for (const Refill &refill : record.refills) {
            record.words[static_cast<size_t>(refill.argument)] = reinterpret_cast<uint64_t>(arrays[refill.array].made);
        }
    }
    return 0;
}

void ascend4j_program::destroyArrays() {
    for (Array &array : arrays) {
        if (array.made != nullptr) {
            aclDestroyIntArray(array.made);
            array.made = nullptr;
        }
    }
}

int ascend4j_program::perform(Record &record) {
    if (record.call->second == nullptr) {
        return record.call->invoke(record.words.data(), nullptr, nullptr);
    }
    uint64_t needed = 0;
    aclOpExecutor *executor = nullptr;
    if (const int code = record.call->invoke(record.words.data(), &needed, &executor)) {
        return code;
    }
    if (needed > record.workspaceSize) {
        if (executor != nullptr) {
            aclDestroyAclOpExecutor(executor);
        }
        return refuse(ASCEND4J_ERROR_WORKSPACE_TOO_SMALL,
                      std::string(record.call->name) + " wants " + std::to_string(needed) +
                              " bytes of workspace, the program was given " + std::to_string(record.workspaceSize));
    }
    return record.call->second(needed == 0 ? nullptr : record.workspace, needed, executor, record.stream);
}

int ascend4j_program::performAll() {
    static const Call *const begin = findCall("aclmdlRICaptureTaskUpdateBegin");
    static const Call *const end = findCall("aclmdlRICaptureTaskUpdateEnd");
    const Record *update = nullptr;
    for (size_t i = 0; i < records.size(); ++i) {
        const int code = perform(records[i]);
        if (code != 0) {
            failed = static_cast<int>(i);
            if (update != nullptr && records[i].call != end) {
                end->invoke(update->words.data(), nullptr, nullptr);  // only to free the stream; its code is known
            }
            return code;
        }
        update = records[i].call == begin ? &records[i] : records[i].call == end ? nullptr : update;
    }
    return 0;
}

ascend4j_program *ascend4j_program_create(void) { return new (std::nothrow) ascend4j_program; }

void ascend4j_program_destroy(ascend4j_program *program) { delete program; }

const void *ascend4j_program_text(ascend4j_program *program, const char *text) {
    if (program == nullptr || text == nullptr) {
        return nullptr;
    }
    try {
        program->texts.emplace_back(text);
        return program->texts.back().c_str();
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

int ascend4j_program_call(ascend4j_program *program, const char *function, const char *kinds, const int64_t *words,
                          int count) {
    if (program == nullptr || function == nullptr) {
        return ASCEND4J_ERROR_INVALID_ARGUMENT;
    }
    return guarded([&] { return program->append(function, kinds, words, count, false); });
}

int ascend4j_program_operator(ascend4j_program *program, const char *name, const char *kinds, const int64_t *words,
                              int count, void *workspace, int64_t workspaceSize, void *stream) {
    if (program == nullptr || name == nullptr || workspaceSize < 0) {
        return ASCEND4J_ERROR_INVALID_ARGUMENT;
    }
    const int index = guarded(
            [&] { return program->append(std::string(name) + "GetWorkspaceSize", kinds, words, count, true); });
    if (index >= 0) {
        Record &record = program->records.back();
        record.workspace = workspace;
        record.workspaceSize = static_cast<uint64_t>(workspaceSize);
        record.stream = stream;
    }
    return index;
}

int ascend4j_program_array(ascend4j_program *program, int record, int argument, int64_t offset, int64_t length) {
    if (program == nullptr) {
        return ASCEND4J_ERROR_INVALID_ARGUMENT;
    }
    return guarded([&] { return program->fill(record, argument, offset, length); });
}

int ascend4j_program_run(ascend4j_program *program, const void *values, int64_t count) {
    if (program == nullptr || count < 0 || (count > 0 && values == nullptr)) {
        return ASCEND4J_ERROR_INVALID_ARGUMENT;
    }
    program->failed = -1;
    program->error.clear();
    const int code = guarded([&] {
        const int made = program->makeArrays(static_cast<const int64_t *>(values), count);
        return made != 0 ? made : program->performAll();
    });
    program->destroyArrays();
    return code;
}

int ascend4j_program_size(const ascend4j_program *program) {
    return program == nullptr ? 0 : static_cast<int>(program->records.size());
}

int ascend4j_program_failed(const ascend4j_program *program) { return program == nullptr ? -1 : program->failed; }

int ascend4j_program_function(const ascend4j_program *program, int record, char *out, size_t size) {
    const bool known = record >= 0 && record < ascend4j_program_size(program);
    return copyText(known ? program->records[static_cast<size_t>(record)].call->name : "", out, size);
}

int ascend4j_program_error(const ascend4j_program *program, char *out, size_t size) {
    return copyText(program == nullptr ? "" : program->error, out, size);
}
