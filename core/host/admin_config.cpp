#include "host/admin_config.hpp"

#include "edge/address.hpp"
#include "host/config_reader.hpp"

namespace slipring::host {

Status check_admin(const AdminConfig &admin) {
  if (admin.listen == "none") return Status::ok();
  const auto address = edge::parse_listen_address(admin.listen);
  if (!address) return Status::invalid(address.status().message() + "; or none");
  const bool loopback = !address->any && address->endpoint.address().is_loopback();
  if (loopback || admin.allow_remote) return Status::ok();
  return Status::invalid("found \"" + admin.listen +
                         "\", accepted: a loopback address such as 127.0.0.1:9180; none; others "
                         "with allow_remote: true");
}

AdminConfig read_admin(const YAML::Node &node) {
  ConfigMap map(node, "admin");
  AdminConfig admin;
  map.optional("allow_remote", [&](const YAML::Node &value) {
    admin.allow_remote = read_flag(value, "allow_remote");
  });
  map.optional("hosts", [&](const YAML::Node &value) { admin.hosts = read_texts(value, "hosts"); });
  map.optional("listen", [&](const YAML::Node &value) {
    admin.listen = read_text(value, "listen");
    const Status status = check_admin(admin);
    if (!status.is_ok()) throw ConfigError(value, "listen: " + status.message());
  });
  map.finish();
  return admin;
}

}  // namespace slipring::host
