// Match, and MatchList: who has one filter.
//
// Most filters have one subscriber, some have a hundred thousand who leave one by one: an array
// while it is short, a hash set when it is long.
//
// Thread-safety: none; one shard's.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace slipring::bus {

// One subscription of one subscriber. Both are the receiver's own and mean nothing here.
struct Match {
  void *subscriber = nullptr;
  uint32_t subscription = 0;

  auto operator<=>(const Match &) const = default;  // NOLINT(modernize-use-nullptr): clang 14 errs
};

class MatchList {
 public:
  // REQUIRES: it is not there.
  void add(Match who) {
    if (many_ == nullptr && few_.size() == longest_array) {
      many_ = std::make_unique<Set>(few_.begin(), few_.end());
      std::vector<Match>().swap(few_);
    }
    if (many_ != nullptr) {
      many_->insert(who);
    } else {
      few_.push_back(who);
    }
  }

  void remove(Match who) {
    if (many_ == nullptr) {
      const auto found = std::find(few_.begin(), few_.end(), who);
      if (found == few_.end()) return;
      *found = few_.back();
      few_.pop_back();
      return;
    }
    many_->erase(who);
    if (many_->size() > longest_array / 2) return;
    few_.assign(many_->begin(), many_->end());
    many_.reset();
  }

  bool empty() const { return few_.empty() && many_ == nullptr; }

  void append_to(std::vector<Match> &to) const {
    if (many_ != nullptr) {
      to.insert(to.end(), many_->begin(), many_->end());
    } else {
      to.insert(to.end(), few_.begin(), few_.end());
    }
  }

 private:
  static constexpr size_t longest_array = 64;
  struct Hash {
    size_t operator()(const Match &match) const {
      return std::hash<void *>()(match.subscriber) * 31 + match.subscription;
    }
  };
  using Set = boost::unordered_flat_set<Match, Hash>;

  std::vector<Match> few_;
  std::unique_ptr<Set> many_;
};

}  // namespace slipring::bus
