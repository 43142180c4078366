#include "library_list.h"

#include <dirent.h>
#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "custom_operators.h"

namespace ascend4j {
namespace {

constexpr const char *kRuntime = "libascendcl.so";
constexpr const char *kSplitRuntime = "libacl_rt.so";

// What a user can do about a text of the dynamic linker.
const char *advice(const std::string &reason) {
    const auto says = [&reason](const char *words) { return reason.find(words) != std::string::npos; };
    if (says("undefined symbol") || says("version `")) {
        return "libraries of two CANN versions seem mixed; name the directories of one version only";
    }
    if (says("cannot open shared object file")) {
        return "a library that it needs was not found; run CANN's set_env.sh before the JVM starts";
    }
    if (says("Permission denied")) {
        return "make the file readable for this user";
    }
    return "the file is no loadable library for this machine; install the CANN package again";
}

std::string failure(const std::string &path, const std::string &reason) {
    return "cannot load " + path + ": " + reason + "; " + advice(reason);
}

bool exists(const std::string &path) {
    struct stat status;
    return lstat(path.c_str(), &status) == 0;
}

// Names in `directory` of the form <prefix>*.so, sorted.
std::vector<std::string> matching(const std::string &directory, const std::string &prefix) {
    const std::string suffix = ".so";
    std::vector<std::string> names;
    DIR *stream = opendir(directory.c_str());
    if (stream == nullptr) {
        return names;
    }
    while (const dirent *entry = readdir(stream)) {
        const std::string name = entry->d_name;
        if (name.size() > prefix.size() + suffix.size() && name.compare(0, prefix.size(), prefix) == 0 &&
            name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) {
            names.push_back(name);
        }
    }
    closedir(stream);
    std::sort(names.begin(), names.end());
    return names;
}

// True for aclnn operators; aclnnInit and aclnnFinalize belong to the runtime.
bool isOperator(const std::string &symbol) {
    return symbol.compare(0, 5, "aclnn") == 0 && symbol != "aclnnInit" && symbol != "aclnnFinalize";
}

// The address of a symbol that the library itself (own) or one of its dependencies defines, else null.
void *symbolOf(const Library &library, const char *symbol, bool own) {
    void *address = dlsym(library.handle, symbol);
    if (address == nullptr || !own) {
        return address;
    }
    link_map *map = nullptr;
    Dl_info info;
    const bool defines = dlinfo(library.handle, RTLD_DI_LINKMAP, &map) == 0 && dladdr(address, &info) != 0 &&
                         std::strcmp(map->l_name, info.dli_fname) == 0;
    return defines ? address : nullptr;
}

}  // namespace

bool splitDirectories(const char *list, std::vector<std::string> &directories, std::string &error) {
    const std::string text = list == nullptr ? "" : list;
    for (size_t start = 0; start <= text.size();) {
        const size_t end = std::min(text.find(':', start), text.size());
        const std::string entry = text.substr(start, end - start);
        start = end + 1;
        if (entry.empty() || entry[0] != '/') {
            error = "library directory '" + entry + "' in '" + text + "' is not absolute; give absolute directories "
                    "separated by ':'";
            return false;
        }
        char resolved[PATH_MAX];
        if (realpath(entry.c_str(), resolved) != nullptr &&
            std::find(directories.begin(), directories.end(), resolved) == directories.end()) {
            directories.push_back(resolved);
        }
    }
    if (directories.empty()) {
        error = "none of the library directories '" + text + "' exists; install CANN or name its lib64 directory";
    }
    return !directories.empty();
}

bool LibraryList::openRequired(const std::string &path, Group &group, std::string &error) {
    // The directory is resolved, the file's own link is not: CANN's libraries find each other beside the link.
    void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        const char *reason = dlerror();
        error = failure(path, reason == nullptr ? "unknown reason" : reason);
        return false;
    }
    opened_.push_back(std::make_unique<Library>(Library{path, handle}));
    group.push_back(opened_.back().get());
    return true;
}

bool LibraryList::openFirst(
        const std::vector<std::string> &directories, const char *name, Group &group, std::string &error) {
    for (const std::string &directory : directories) {
        const std::string path = directory + "/" + name;
        if (exists(path)) {
            return openRequired(path, group, error);
        }
    }
    return true;
}

bool LibraryList::openSplit(const std::vector<std::string> &directories, std::string &error) {
    std::vector<std::string> seen;
    for (const std::string &directory : directories) {
        for (const std::string &name : matching(directory, "libopapi_")) {
            if (std::find(seen.begin(), seen.end(), name) == seen.end()) {
                seen.push_back(name);
                if (!openRequired(directory + "/" + name, split_, error)) {
                    return false;
                }
            }
        }
    }
    return true;
}

// These repeat what libopapi.so has and may need parts that an inference install leaves out, so one that does not
// load is noted and passed over.
void LibraryList::openOlder(const std::vector<std::string> &directories) {
    for (const std::string &directory : directories) {
        for (const std::string &name : matching(directory, "libaclnn_")) {
            std::string error;
            if (!openRequired(directory + "/" + name, older_, error)) {
                notes_ += error + "\n";
            }
        }
    }
}

bool LibraryList::openCustom(std::string &error) {
    for (const std::string &path : customOperatorLibraries()) {
        if (!openRequired(path, custom_, error)) {
            error += " (a custom operator library named by ASCEND_CUSTOM_OPP_PATH or ASCEND_OPP_PATH)";
            return false;
        }
    }
    return true;
}

bool LibraryList::open(const std::vector<std::string> &directories, bool withCustomOperators, std::string &error) {
    if (!openFirst(directories, kRuntime, runtime_, error) || !openFirst(directories, kSplitRuntime, runtime_, error)) {
        return false;
    }
    if (runtime_.empty()) {
        error = std::string("no ") + kRuntime + " in";
        for (const std::string &directory : directories) {
            error += " " + directory;
        }
        error += "; install CANN or name the directory that holds it";
        return false;
    }
    if (!openFirst(directories, "libnnopbase.so", objects_, error) || !openSplit(directories, error) ||
        !openFirst(directories, "libopapi.so", whole_, error)) {
        return false;
    }
    openOlder(directories);
    return !withCustomOperators || openCustom(error);
}

std::vector<const Library *> LibraryList::order(const std::string &symbol) const {
    const Group *operators[] = {&custom_, &split_, &whole_, &older_, &objects_, &runtime_};
    const Group *runtime[] = {&runtime_, &objects_, &split_, &whole_, &older_, &custom_};
    std::vector<const Library *> libraries;
    for (const Group *group : isOperator(symbol) ? operators : runtime) {
        libraries.insert(libraries.end(), group->begin(), group->end());
    }
    return libraries;
}

void *LibraryList::find(const std::string &symbol, const char *partner, const std::string **path) const {
    const std::vector<const Library *> libraries = order(symbol);
    // A definition of a library's own goes before one that it merely depends on, or a custom library that needs
    // libopapi.so would hide the operators of the custom library after it.
    for (const bool own : {true, false}) {
        for (const Library *library : libraries) {
            void *address = symbolOf(*library, symbol.c_str(), own);
            if (address != nullptr && (partner == nullptr || symbolOf(*library, partner, own) != nullptr)) {
                *path = &library->path;
                return address;
            }
        }
    }
    return nullptr;
}

const std::string &LibraryList::runtimePath() const { return runtime_.front()->path; }

}  // namespace ascend4j
