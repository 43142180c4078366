// Float buffers that begin on a cache line, so that vectors of up to 64 bytes never straddle two.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace ascend4j {

template <typename T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t kLine{64};

    CacheLineAllocator() = default;
    template <typename U>
    CacheLineAllocator(const CacheLineAllocator<U> &) {}
    T *allocate(size_t count) { return static_cast<T *>(::operator new(count * sizeof(T), kLine)); }
    void deallocate(T *memory, size_t) { ::operator delete(memory, kLine); }
    friend bool operator==(const CacheLineAllocator &, const CacheLineAllocator &) { return true; }
    friend bool operator!=(const CacheLineAllocator &, const CacheLineAllocator &) { return false; }
};

using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

}  // namespace ascend4j
