#include "core/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/control_group.h"
#include "core/settings.h"

namespace ascend4j {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;
constexpr int kFresh = 0xCD;
constexpr int kFreed = 0xDD;

size_t roundUp(size_t value, size_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

// Aligned to 2 MiB, so that the kernel can back it by huge pages from the first byte on.
void *mapHuge(size_t length) {
    const size_t reserved = length + kHugePage;
    void *base = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return nullptr;
    }
    const uintptr_t begin = reinterpret_cast<uintptr_t>(base);
    const uintptr_t aligned = roundUp(begin, kHugePage);
    if (aligned > begin) {
        munmap(base, aligned - begin);
    }
    if (aligned + length < begin + reserved) {
        munmap(reinterpret_cast<void *>(aligned + length), begin + reserved - aligned - length);
    }
    void *address = reinterpret_cast<void *>(aligned);
    madvise(address, length, MADV_HUGEPAGE);  // advice only: without huge pages all still works
    return address;
}

std::atomic<uint64_t> generations{0};
std::atomic<uint64_t> released{0};

uint64_t machineMemory() {
    const uint64_t physical =
            static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    const uint64_t limit = controlGroupMemory();
    return limit == 0 ? physical : std::min(physical, limit);
}

}  // namespace

std::shared_ptr<Block> Block::allocate(size_t size, size_t length, int device) {
    const bool mapped = length >= kHugePage;
    const size_t real = mapped ? roundUp(length, kHugePage) : roundUp(length, kAlignment);
    void *address = mapped ? mapHuge(real) : std::aligned_alloc(kAlignment, real);
    if (address == nullptr) {
        return nullptr;
    }
    return std::shared_ptr<Block>(new Block(address, size, length, device, mapped));
}

Block::Block(void *address, size_t size, size_t length, int device, bool mapped)
    : address_(address),
      size_(size),
      length_(length),
      device_(device),
      mapped_(mapped),
      generation_(generations.fetch_add(1, std::memory_order_relaxed) + 1) {}

Block::~Block() {
    if (mapped_) {
        munmap(address_, roundUp(length_, kHugePage));
    } else {
        std::free(address_);
    }
}

void BlockTable::add(std::shared_ptr<Block> block) {
    const std::unique_lock<std::shared_mutex> lock(mutex_);
    bytes_.fetch_add(block->length(), std::memory_order_relaxed);
    const uintptr_t begin = block->begin();
    blocks_.emplace(begin, std::move(block));
}

std::shared_ptr<Block> BlockTable::take(const void *address) {
    const std::unique_lock<std::shared_mutex> lock(mutex_);
    const auto found = blocks_.find(reinterpret_cast<uintptr_t>(address));
    if (found == blocks_.end()) {
        return nullptr;
    }
    std::shared_ptr<Block> block = std::move(found->second);
    blocks_.erase(found);
    bytes_.fetch_sub(block->length(), std::memory_order_relaxed);
    released.fetch_add(1, std::memory_order_release);
    return block;
}

std::shared_ptr<Block> BlockTable::find(const void *address) const {
    return find(address, 1);
}

std::shared_ptr<Block> BlockTable::find(const void *address, size_t bytes) const {
    const uintptr_t begin = reinterpret_cast<uintptr_t>(address);
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    auto after = blocks_.upper_bound(begin);
    if (after == blocks_.begin()) {
        return nullptr;
    }
    const std::shared_ptr<Block> &block = std::prev(after)->second;
    const uintptr_t offset = begin - block->begin();
    const bool inside = offset < block->size() && bytes <= block->size() - offset;
    return inside ? block : nullptr;
}

std::vector<std::shared_ptr<Block>> BlockTable::takeDevice(int device) {
    std::vector<std::shared_ptr<Block>> taken;
    const std::unique_lock<std::shared_mutex> lock(mutex_);
    for (auto entry = blocks_.begin(); entry != blocks_.end();) {
        if (entry->second->device() == device) {
            bytes_.fetch_sub(entry->second->length(), std::memory_order_relaxed);
            released.fetch_add(1, std::memory_order_release);
            taken.push_back(std::move(entry->second));
            entry = blocks_.erase(entry);
        } else {
            ++entry;
        }
    }
    return taken;
}

std::shared_ptr<Block> DeviceMemory::allocate(int device, size_t size, size_t length) {
    const uint64_t limit = total();
    uint64_t before = used_[device].load(std::memory_order_relaxed);
    do {
        if (length > limit || before > limit - length) {
            return nullptr;
        }
    } while (!used_[device].compare_exchange_weak(before, before + length));
    std::shared_ptr<Block> block = Block::allocate(size, length, device);
    if (block == nullptr) {
        used_[device].fetch_sub(length);
        return nullptr;
    }
    if (strict()) {
        std::memset(block->address(), kFresh, length);
    }
    blocks_.add(block);
    return block;
}

bool DeviceMemory::free(const void *address) {
    std::shared_ptr<Block> block = blocks_.take(address);
    if (block == nullptr) {
        return false;
    }
    used_[block->device()].fetch_sub(block->length());
    if (strict()) {
        quarantine(std::move(block));
    }
    return true;
}

void DeviceMemory::quarantine(std::shared_ptr<Block> block) {
    std::memset(block->address(), kFreed, block->length());
    const std::lock_guard<std::mutex> lock(quarantineMutex_);
    quarantined_ += block->length();
    quarantine_.push_back(std::move(block));
    while (quarantined_ > kQuarantineBytes) {
        quarantined_ -= quarantine_.front()->length();
        quarantine_.pop_front();
    }
}

void DeviceMemory::releaseDevice(int device) {
    for (const auto &block : blocks_.takeDevice(device)) {
        used_[device].fetch_sub(block->length());
        leaked_.fetch_add(block->length(), std::memory_order_relaxed);
    }
}

uint64_t DeviceMemory::total() const {
    static const uint64_t machine = machineMemory();
    const Settings &now = settings();
    const uint64_t all = now.memoryBytes != 0 ? now.memoryBytes : machine / 5 * 4;
    return all / static_cast<uint64_t>(now.devices);
}

uint64_t DeviceMemory::used(int device) const {
    return used_[device].load(std::memory_order_relaxed);
}

uint64_t releasedBlocks() {
    return released.load(std::memory_order_acquire);
}

DeviceMemory &deviceMemory() {
    static auto *instance = new DeviceMemory();
    return *instance;
}

BlockTable &pinnedMemory() {
    static auto *instance = new BlockTable();
    return *instance;
}

}  // namespace ascend4j
