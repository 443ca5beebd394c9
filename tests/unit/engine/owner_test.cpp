#include "engine/owner.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("a run is known by its labels and by its images") {
  const RunOwner owner = GENERATE(RunOwner::make(), RunOwner::make(std::chrono::minutes(30)));
  CHECK(owner.run.size() == 16);
  CHECK(owner.run != RunOwner::make().run);
  const auto from_labels = RunOwner::from_labels(owner.labels());
  REQUIRE(from_labels);
  CHECK(from_labels->run == owner.run);
  CHECK(from_labels->process.start == owner.process.start);
  const auto from_image = RunOwner::from_image(owner.image(3));
  REQUIRE(from_image);
  CHECK(from_image->run == owner.run);
  CHECK(from_image->process.host == owner.process.host);
  CHECK(from_image->process.pid == owner.process.pid);
  CHECK(from_image->until == owner.until);
  CHECK(from_labels->until == owner.until);
  CHECK(owner.image(0).size() < 128);
}

TEST_CASE("what is no run is left alone") {
  CHECK_FALSE(RunOwner::from_labels({}));
  CHECK_FALSE(RunOwner::from_labels({{k_run_label, "../x"}, {k_host_label, "h"}, {k_pid_label, "7"}}));
  CHECK_FALSE(RunOwner::from_labels({{k_run_label, "ab"}, {k_host_label, "h"}, {k_pid_label, "-7"}}));
  CHECK_FALSE(RunOwner::from_image("gate-run/ab:latest"));
  CHECK_FALSE(RunOwner::from_image("gate-run/ab"));
  CHECK_FALSE(RunOwner::from_image("other/ab:h.7.9.5.0"));
  CHECK_FALSE(RunOwner::from_image("gate-run/ab:h.7.9.-5.0"));
  CHECK(RunOwner::from_image("gate-run/ab:h.7.9.5.0"));
}

TEST_CASE("a process is dead when its id is free or somebody else's, and ours to judge only on this host") {
  const ProcessIdentity self = ProcessIdentity::own();
  CHECK_FALSE(self.is_dead());
  CHECK(ProcessIdentity{self.host, self.pid, self.start + "0"}.is_dead());
  CHECK(ProcessIdentity{self.host, 1 << 22, "1"}.is_dead());
  CHECK_FALSE(ProcessIdentity{"another", 1 << 22, "1"}.is_dead());
  CHECK_FALSE(ProcessIdentity{"", 1 << 22, "1"}.is_dead());
}

TEST_CASE("a run of another host is gone when its time is up, one of this host when its process is") {
  const ProcessIdentity self = ProcessIdentity::own();
  const ProcessIdentity ended{self.host, 1 << 22, "1"};
  const ProcessIdentity elsewhere{"another", self.pid, self.start};
  const std::int64_t ahead = RunOwner::make(std::chrono::seconds(1)).until;
  CHECK_FALSE(RunOwner{"ab", self, 1}.is_gone());
  CHECK(RunOwner{"ab", ended, ahead}.is_gone());
  CHECK(RunOwner{"ab", elsewhere, 1}.is_gone());
  CHECK_FALSE(RunOwner{"ab", elsewhere, ahead}.is_gone());
  CHECK_FALSE(RunOwner{"ab", elsewhere, 0}.is_gone());
  CHECK(RunOwner::make(std::chrono::hours(2)).until > ahead + 7000);
  CHECK(RunOwner::make().until == 0);
  auto labels = RunOwner{"ab", elsewhere, 1}.labels();
  labels[k_until_label] = "1x";
  CHECK_FALSE(RunOwner::from_labels(labels)->is_gone());
  labels.erase(k_until_label);
  CHECK_FALSE(RunOwner::from_labels(labels)->is_gone());
}
