// Device and pinned host memory: who owns which bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace ascend4j {

// One allocation. Its memory goes back to the system when nobody holds the block any more, so a copy in progress
// never reads unmapped pages.
class Block {
public:
    // Null if the system has no memory. `length` bytes are usable, `size` were asked for.
    static std::shared_ptr<Block> allocate(size_t size, size_t length, int device);
    ~Block();
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;

    uintptr_t begin() const { return reinterpret_cast<uintptr_t>(address_); }
    void *address() const { return address_; }
    size_t size() const { return size_; }
    size_t length() const { return length_; }
    int device() const { return device_; }
    uint64_t generation() const { return generation_; }  // no two allocations have the same, at the same address or not
    bool huge() const { return mapped_; }

private:
    Block(void *address, size_t size, size_t length, int device, bool mapped);

    void *address_;
    size_t size_;
    size_t length_;
    int device_;
    bool mapped_;
    uint64_t generation_;
};

// Live blocks by address.
class BlockTable {
public:
    void add(std::shared_ptr<Block> block);
    std::shared_ptr<Block> take(const void *address);            // the block that begins there
    std::shared_ptr<Block> find(const void *address) const;      // the block that holds this byte
    std::shared_ptr<Block> find(const void *address, size_t bytes) const;  // … and all `bytes` from it
    std::vector<std::shared_ptr<Block>> takeDevice(int device);
    uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

private:
    mutable std::shared_mutex mutex_;
    std::map<uintptr_t, std::shared_ptr<Block>> blocks_;
    std::atomic<uint64_t> bytes_{0};
};

// What the devices call HBM.
class DeviceMemory {
public:
    // Null if the device's limit is reached or the system has no memory.
    std::shared_ptr<Block> allocate(int device, size_t size, size_t length);

    // False if no block begins there. In strict mode the bytes are overwritten and kept out of use for a while.
    bool free(const void *address);

    // What is still allocated on a device that is given up; counts it as leaked.
    void releaseDevice(int device);

    const BlockTable &blocks() const { return blocks_; }
    uint64_t total() const;  // bytes of one device
    uint64_t used(int device) const;
    uint64_t leaked() const { return leaked_.load(std::memory_order_relaxed); }

private:
    static constexpr int kMaxDevices = 8;
    static constexpr uint64_t kQuarantineBytes = uint64_t{256} << 20;

    void quarantine(std::shared_ptr<Block> block);

    BlockTable blocks_;
    std::atomic<uint64_t> used_[kMaxDevices] = {};
    std::atomic<uint64_t> leaked_{0};
    std::mutex quarantineMutex_;
    std::deque<std::shared_ptr<Block>> quarantine_;
    uint64_t quarantined_ = 0;
};

// How many allocations of both kinds have been given back: while it stands still, no address has become stale.
uint64_t releasedBlocks();

DeviceMemory &deviceMemory();
BlockTable &pinnedMemory();

}  // namespace ascend4j
