// Family: one metric of the host, with its samples, on the way to prometheus::MetricFamily.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipring::admin {

using Labels = std::vector<prometheus::ClientMetric::Label>;

class Family {
 public:
  // "slipring_" is put before the name.
  static Family counter(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Counter};
  }
  static Family gauge(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Gauge};
  }
  static Family histogram(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Histogram};
  }

  void add(Labels labels, double value) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    if (family_.type == prometheus::MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
  }
  void add(prometheus::ClientMetric::Histogram histogram) {
    prometheus::ClientMetric metric;
    metric.histogram = std::move(histogram);
    family_.metric.push_back(std::move(metric));
  }

  prometheus::MetricFamily take() { return std::move(family_); }

 private:
  Family(std::string_view name, std::string_view help, prometheus::MetricType type) {
    family_.name = "slipring_" + std::string(name);
    family_.help = help;
    family_.type = type;
  }

  prometheus::MetricFamily family_;
};

}  // namespace slipring::admin
