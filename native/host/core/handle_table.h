// Opaque handles (streams, events, contexts, graphs): numbers that are never used twice and are no addresses, so a stale or
// garbage handle is recognised and dereferencing one faults at once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace ascend4j {

enum class HandleKind : uint64_t { Stream = 0x5354, Event = 0x4556, Context = 0x4354, Graph = 0x4752, TaskGroup = 0x5447 };

template <typename T>
class HandleTable {
public:
    HandleTable(HandleKind kind, size_t limit) : kind_(kind), limit_(limit) {}

    // Null if the limit is reached. T::handle is set before others can find the object.
    void *add(const std::shared_ptr<T> &object) {
        const std::unique_lock<std::shared_mutex> lock(mutex_);
        if (objects_.size() >= limit_) {
            return nullptr;
        }
        void *handle = reinterpret_cast<void *>(static_cast<uint64_t>(kind_) << 48 | ++last_ << 4);
        object->handle = handle;
        objects_.emplace(handle, object);
        return handle;
    }

    std::shared_ptr<T> find(void *handle) const {
        const std::shared_lock<std::shared_mutex> lock(mutex_);
        const auto found = objects_.find(handle);
        return found == objects_.end() ? nullptr : found->second;
    }

    // Null if another thread was first.
    std::shared_ptr<T> take(void *handle) {
        const std::unique_lock<std::shared_mutex> lock(mutex_);
        const auto found = objects_.find(handle);
        if (found == objects_.end()) {
            return nullptr;
        }
        std::shared_ptr<T> object = std::move(found->second);
        objects_.erase(found);
        return object;
    }

    template <typename Predicate>
    std::vector<std::shared_ptr<T>> select(Predicate wanted) const {
        std::vector<std::shared_ptr<T>> result;
        const std::shared_lock<std::shared_mutex> lock(mutex_);
        for (const auto &entry : objects_) {
            if (wanted(*entry.second)) {
                result.push_back(entry.second);
            }
        }
        return result;
    }

    size_t size() const {
        const std::shared_lock<std::shared_mutex> lock(mutex_);
        return objects_.size();
    }

    size_t limit() const { return limit_; }

private:
    mutable std::shared_mutex mutex_;
    const HandleKind kind_;
    const size_t limit_;
    uint64_t last_ = 0;
    std::unordered_map<void *, std::shared_ptr<T>> objects_;
};

}  // namespace ascend4j
