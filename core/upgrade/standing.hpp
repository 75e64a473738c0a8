// Standing: what has been settled about plugins, kept over restarts: which build of each is
// committed and which came before it, both with their settings, the version it is pinned to, builds
// in quarantine (with certain settings: with others they may be good), and attempts, that is builds
// whose code runs here and which are not committed yet. An attempt that is found at the start of
// the host is one in which the process before ended.
//
// Every change is on the disk before it returns, or its Status says why not. Thread-safety: control
// thread.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/status.hpp"

namespace slipring::upgrade {

struct Build {
  std::string version;
  std::string build_id;
  std::string settings{};  // canonical; empty: a transport's, or not known
};

struct Committed {
  Build now;
  std::optional<Build> before;
};

struct Attempt {
  uint64_t upgrade = 0;  // its number in the ledger
  Build build;
  std::string stage;
};

struct Quarantined {
  std::string plugin;
  std::string version;
  std::string reason;
  std::string since;
  std::string settings{};  // their digest; empty: whatever the settings
  std::string build_id{};  // put there by Standing
};

class Standing {
 public:
  // A file that cannot be read is set aside, with a warning, and nothing stands.
  static Standing open(const std::filesystem::path &file);

  const std::map<std::string, Committed> &committed() const { return committed_; }
  const std::map<std::string, Attempt> &attempts() const { return attempts_; }
  const std::map<std::string, std::string> &pins() const { return pins_; }
  // By build id and digest of settings: "BUILD/DIGEST", "BUILD".
  const std::map<std::string, Quarantined> &quarantine() const { return quarantine_; }
  // nullptr: the build may be let in with settings of that digest.
  const Quarantined *quarantined(const std::string &build_id, const std::string &settings) const;

  // With these settings.
  bool is_committed(const std::string &plugin, const Build &build) const;
  std::optional<Build> before(const std::string &plugin) const;

  Status attempt(const std::string &plugin, Attempt attempt);
  Status forget_attempt(const std::string &plugin);
  // What was committed becomes the build before; the attempt is over.
  Status commit(const std::string &plugin, Build build);
  // The build before is committed again, and there is none before it.
  Status go_back(const std::string &plugin, Build build);
  // An empty version: no pin.
  Status pin(const std::string &plugin, const std::string &version);
  Status put_in_quarantine(const std::string &build_id, Quarantined entry);
  // By plugin or by the beginning of a build id, at least 8 digits; how many.
  Result<size_t> release(const std::string &name);

 private:
  explicit Standing(std::filesystem::path file) : file_(std::move(file)) {}
  void read(const boost::json::object &kept);
  Status save() const;

  std::filesystem::path file_;
  std::map<std::string, Committed> committed_;
  std::map<std::string, Attempt> attempts_;
  std::map<std::string, std::string> pins_;
  std::map<std::string, Quarantined> quarantine_;
};

}  // namespace slipring::upgrade
