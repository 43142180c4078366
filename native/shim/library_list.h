// The device libraries of this process, in the order in which functions are looked up.
#ifndef ASCEND4J_SHIM_LIBRARY_LIST_H_
#define ASCEND4J_SHIM_LIBRARY_LIST_H_

#include <memory>
#include <string>
#include <vector>

namespace ascend4j {

struct Library {
    std::string path;
    void *handle;
};

// Opened libraries are never closed: CANN's start threads and register exit handlers.
class LibraryList {
public:
    // Opens what `directories` hold and, for CANN, the custom operator libraries. False with `error` set on failure.
    bool open(const std::vector<std::string> &directories, bool withCustomOperators, std::string &error);

    // The address of a function, null when no library has it; `path` receives the library. `partner`, unless null, is
    // the operator's other phase: both must come from one library, since executors are private to it.
    void *find(const std::string &symbol, const char *partner, const std::string **path) const;

    const std::string &runtimePath() const;
    const std::string &notes() const { return notes_; }
    bool empty() const { return opened_.empty(); }

private:
    using Group = std::vector<const Library *>;

    bool openRequired(const std::string &path, Group &group, std::string &error);
    bool openFirst(const std::vector<std::string> &directories, const char *name, Group &group, std::string &error);
    bool openSplit(const std::vector<std::string> &directories, std::string &error);
    void openOlder(const std::vector<std::string> &directories);
    bool openCustom(std::string &error);
    std::vector<const Library *> order(const std::string &symbol) const;

    std::vector<std::unique_ptr<Library>> opened_;
    Group runtime_;   // libascendcl.so, libacl_rt.so
    Group custom_;    // libcust_opapi.so, in priority order
    Group split_;     // libopapi_*.so
    Group whole_;     // libopapi.so
    Group older_;     // libaclnn_*.so
    Group objects_;   // libnnopbase.so
    std::string notes_;
};

// The directories of a ':'-separated list with links resolved, once each; those that do not exist are left out.
// False with `error` set when an entry is empty or not absolute.
bool splitDirectories(const char *list, std::vector<std::string> &directories, std::string &error);

}  // namespace ascend4j

#endif
