// Storage of the host objects (tensors, lists, executors…): their addresses can be checked without reading foreign
// memory, and a destroyed object is recognised as such.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <new>
#include <utility>

namespace ascend4j {

constexpr uint64_t kLiveMagic = 0x41344A4C49564531;
constexpr uint64_t kDeadMagic = 0x41344A4445414430;

// T begins with `std::atomic<uint64_t> magic`. Slots are reused only after a delay, oldest first, so that the use of a
// destroyed object is nearly always seen. Memory never goes back to the system: it is bounded by the peak of objects.
template <typename T>
class ObjectArena {
public:
    // Null if the arena is full or memory is short.
    template <typename... Arguments>
    T *create(Arguments &&...arguments) {
        void *slot = nullptr;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (free_.size() <= kDelay && !grow()) {
                return nullptr;
            }
            slot = free_.front();
            free_.pop_front();
        }
        T *object = nullptr;
        try {
            object = new (slot) T(std::forward<Arguments>(arguments)...);
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex_);
            free_.push_back(slot);
            throw;
        }
        object->magic.store(kLiveMagic, std::memory_order_release);
        live_.fetch_add(1, std::memory_order_relaxed);
        return object;
    }

    // False if it was no live object, or another thread was first.
    bool destroy(T *object) {
        uint64_t expected = kLiveMagic;
        if (!inside(object) || !object->magic.compare_exchange_strong(expected, kDeadMagic)) {
            return false;
        }
        object->~T();
        live_.fetch_sub(1, std::memory_order_relaxed);
        const std::lock_guard<std::mutex> lock(mutex_);
        free_.push_back(object);
        return true;
    }

    bool isLive(const T *object) const {
        return inside(object) && object->magic.load(std::memory_order_acquire) == kLiveMagic;
    }

    int64_t live() const { return live_.load(std::memory_order_relaxed); }

private:
    static constexpr size_t kSlot = (sizeof(T) + 63) / 64 * 64;
    static constexpr size_t kChunk = size_t{1} << 20;
    static constexpr size_t kSlots = kChunk / kSlot;
    static constexpr size_t kMaxChunks = 512;
    static constexpr size_t kDelay = 256;

    bool inside(const T *object) const {
        const uintptr_t address = reinterpret_cast<uintptr_t>(object);
        const size_t chunks = chunks_.load(std::memory_order_acquire);
        for (size_t i = 0; i < chunks; ++i) {
            const uintptr_t offset = address - bases_[i];
            if (offset < kSlots * kSlot) {
                return offset % kSlot == 0;
            }
        }
        return false;
    }

    bool grow() {
        const size_t chunks = chunks_.load(std::memory_order_relaxed);
        if (chunks == kMaxChunks) {
            return false;
        }
        void *base = mmap(nullptr, kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (base == MAP_FAILED) {
            return false;
        }
        for (size_t i = 0; i < kSlots; ++i) {
            free_.push_back(static_cast<char *>(base) + i * kSlot);
        }
        bases_[chunks] = reinterpret_cast<uintptr_t>(base);
        chunks_.store(chunks + 1, std::memory_order_release);
        return true;
    }

    std::mutex mutex_;
    std::deque<void *> free_;
    uintptr_t bases_[kMaxChunks] = {};
    std::atomic<size_t> chunks_{0};
    std::atomic<int64_t> live_{0};
};

}  // namespace ascend4j
