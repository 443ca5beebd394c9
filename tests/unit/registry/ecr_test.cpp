#include "registry/ecr.hpp"

#include <catch2/catch.hpp>

#include <deque>

#include "registry/ecr_public.hpp"
#include "registry/json.hpp"
#include "support/local_http_server.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

using Tags = std::vector<std::string>;

const EcrHost k_host = *EcrHost::parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com");

/// AWS's side: answers in the order in which they were put in, each for one operation.
class FakeAws {
public:
  void say(const std::string& operation, int status, const std::string& body) { m_script.push_back({operation, {status, body}}); }
  void log_in(const std::string& account) {
    say("GetAuthorizationToken", 200,
        R"({"authorizationData":[{"authorizationToken":"QVdTOmNhbmFyeQ==","proxyEndpoint":"https://)" + account +
            R"(.dkr.ecr.eu-west-1.amazonaws.com"}]})");
  }
  EcrApi api(EcrService service) {
    AwsCredentials credentials{{"AKID", Secret("key-canary"), Secret()}, "profile dev", "aws sso login", {}};
    return EcrApi(m_client, std::move(service), *Url::parse(m_server.url()), std::move(credentials));
  }
  Ecr ecr() { return Ecr(api(ecr_service(k_host)), k_host); }
  std::vector<test::Asked> asked() const { return m_server.asked(); }
  Json last_question() const { return parse_json(m_server.asked().back().body); }

private:
  test::Answer answer(const test::Asked& asked) {
    if (m_script.empty()) {
      return {418, "nothing is expected any more"};
    }
    const auto [operation, answer] = m_script.front();
    m_script.pop_front();
    const std::string target = asked.headers.count("x-amz-target") != 0 ? asked.headers.at("x-amz-target") : "";
    return target.substr(target.find('.') + 1) == operation ? answer : test::Answer{418, "not " + operation};
  }

  std::deque<std::pair<std::string, test::Answer>> m_script;
  Interrupt m_interrupt;
  HttpClient m_client{{}, m_interrupt, "r"};
  test::LocalHttpServer m_server{[this](const test::Asked& asked) { return answer(asked); }};
};

std::string error(const char* type) {
  return std::string(R"({"__type":")") + type + R"(","message":"words"})";
}

const std::string k_not_found = error("RepositoryNotFoundException");
const std::string k_denied = error("AccessDeniedException");

} // namespace

TEST_CASE("the name of an ECR registry says all that must be known") {
  const auto plain = EcrHost::parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  REQUIRE(plain);
  CHECK(plain->account == "123456789012");
  CHECK(plain->region == "eu-west-1");
  CHECK(plain->suffix == "amazonaws.com");
  CHECK_FALSE(plain->fips);
  CHECK(EcrHost::parse("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com")->fips);
}

TEST_CASE("each partition has an API of its own") {
  const auto api = [](const std::string& rest) {
    const EcrHost host = *EcrHost::parse("123456789012.dkr" + rest);
    return host.api_host() + " " + host.partition_suffix();
  };
  CHECK(api(".ecr.us-east-1.amazonaws.com") == "api.ecr.us-east-1.amazonaws.com amazonaws.com");
  CHECK(api(".ecr.cn-north-1.amazonaws.com.cn") == "api.ecr.cn-north-1.amazonaws.com.cn amazonaws.com.cn");
  CHECK(api(".ecr.eusc-de-east-1.amazonaws.eu") == "api.ecr.eusc-de-east-1.amazonaws.eu amazonaws.eu");
  CHECK(api(".ecr-fips.us-gov-west-1.amazonaws.com") == "ecr-fips.us-gov-west-1.amazonaws.com amazonaws.com");
  CHECK(api("-ecr.eu-west-1.on.aws") == "ecr.eu-west-1.api.aws amazonaws.com");
  CHECK(api("-ecr-fips.us-east-1.on.aws") == "ecr-fips.us-east-1.api.aws amazonaws.com");
  CHECK(api("-ecr.cn-north-1.on.amazonwebservices.com.cn") == "ecr.cn-north-1.api.amazonwebservices.com.cn amazonaws.com.cn");
  CHECK(api("-ecr.eusc-de-east-1.on.amazonwebservices.eu") == "ecr.eusc-de-east-1.api.amazonwebservices.eu amazonaws.eu");
  CHECK(ecr_public_service("public.ecr.aws")->host == "api.ecr-public.us-east-1.amazonaws.com");
  CHECK(ecr_public_service("ecr-public.aws.com")->host == "ecr-public.us-east-1.api.aws");
}

TEST_CASE("other registries are not ECR") {
  for (const char* const host :
       {"", "public.ecr.aws", "docker.io", "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
        "1234567890123.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.amazonaws.com",
        "123456789012.dkr.ecr..amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000", "123456789012.dkr.ecr.a/b.amazonaws.com",
        "123456789012.dkr.ecr", "123456789012.dkr.ecr.", "123456789012.dkr.ecr-fips"}) {
    CAPTURE(host);
    CHECK_FALSE(EcrHost::parse(host));
  }
  for (const char* const host : {"", "public.ecr.aws.evil.com", "public.ecr.aws:443", "docker.io"}) {
    CHECK_FALSE(ecr_public_service(host));
  }
}

TEST_CASE("an error of ECR is known by its type, and not by its status") {
  const auto of = [](const char* body) { return ecr_trouble(400, body); };
  CHECK(of(R"({"__type":"UnrecognizedClientException","message":"x"})") == EcrTrouble::wrong_keys);
  CHECK(of(R"({"__type":"a.b#ExpiredTokenException"})") == EcrTrouble::old_session);
  CHECK(of(R"({"__type":"AccessDeniedException","Message":"x"})") == EcrTrouble::not_allowed);
  CHECK(
      of(R"({"__type":"InvalidSignatureException","message":"Signature expired: 1 is now earlier than 2"})") ==
      EcrTrouble::wrong_clock);
  CHECK(of(R"({"__type":"InvalidSignatureException","message":"The request signature ..."})") ==
        EcrTrouble::wrong_keys);
  CHECK(of(R"({"__type":"ThrottlingException"})") == EcrTrouble::busy);
  CHECK(of(R"({"__type":"RepositoryNotFoundException"})") == EcrTrouble::no_repository);
  CHECK(of(R"({"__type":"RepositoryAlreadyExistsException"})") == EcrTrouble::repository_exists);
  CHECK(of("<html>") == EcrTrouble::other);
  CHECK(of(R"({"__type":[]})") == EcrTrouble::other);
  CHECK(ecr_trouble(503, "") == EcrTrouble::busy);
  CHECK(ecr_trouble(503, R"({"__type":"AccessDeniedException"})") == EcrTrouble::not_allowed);
}

TEST_CASE("a tag is fixed or not by the repository's setting and its filters") {
  const auto fixed = [](const char* setting, const Tags& filters, const char* tag) { return TagMutability{setting, filters}.is_fixed(tag); };
  CHECK(fixed("IMMUTABLE", {}, "staging"));
  CHECK_FALSE(fixed("MUTABLE", {}, "staging"));
  CHECK_FALSE(fixed("", {}, "staging"));
  CHECK_FALSE(fixed("SOMETHING_NEW", {"staging"}, "staging"));
  CHECK_FALSE(fixed("IMMUTABLE_WITH_EXCLUSION", {"x", "stag*"}, "staging"));
  CHECK(fixed("IMMUTABLE_WITH_EXCLUSION", {"stag*x", "*taginG", ""}, "staging"));
  CHECK(fixed("MUTABLE_WITH_EXCLUSION", {"*a*n*"}, "staging"));
  CHECK_FALSE(fixed("MUTABLE_WITH_EXCLUSION", {"v*"}, "staging"));
  CHECK(fixed("MUTABLE_WITH_EXCLUSION", {"*"}, "staging"));
}

TEST_CASE("a repository that gate makes fixes all tags but those that move") {
  CHECK(mutability_for({}).setting == "IMMUTABLE");
  const TagMutability two = mutability_for({"staging", "latest", "staging", "no tag"});
  CHECK(two.setting == "IMMUTABLE_WITH_EXCLUSION");
  CHECK(two.filters == Tags{"staging", "latest"});
  CHECK(mutability_for({"a", "b", "c", "d", "e"}).filters.size() == 5);
  const TagMutability many = mutability_for({"a", "b", "c", "d", "e", "f"});
  CHECK(many.setting == "MUTABLE");
  CHECK(many.filters.empty());
}

TEST_CASE("a tag that is another one each day is kept out of what is fixed, and one filter does for all it contains") {
  const TagMutability days = mutability_for({"day-2026-11-20", "staging", "day-*", "day-2026-11-21", "*-x", "a-*-x", "no/filter*"});
  CHECK(days.setting == "IMMUTABLE_WITH_EXCLUSION");
  CHECK(days.filters == Tags{"staging", "day-*", "*-x"});
  CHECK_FALSE(days.is_fixed("day-2026-11-22"));
  CHECK(days.is_fixed("0123456789ab"));
  CHECK(mutability_for({"a1", "a2", "a3", "a4", "a5", "a*"}).filters == Tags{"a*"});
  const TagMutability any = mutability_for({"staging", "*"});
  CHECK(any.setting == "MUTABLE");
  CHECK(any.filters.empty());
}

TEST_CASE("why a tag can't be moved is said with the command that mends it, and nothing else is loosened") {
  const std::string start = "aws ecr put-image-tag-mutability --registry-id 123456789012 --repository-name team/app --region eu-west-1 "
                            "--image-tag-mutability ";
  const auto remedy = [&](const char* setting, const Tags& filters) {
    const auto why = why_fixed(k_host, "team/app", {setting, filters}, "staging");
    return why ? why->remedy : "none";
  };
  CHECK(remedy("MUTABLE", {}) == "none");
  CHECK(why_fixed(k_host, "team/app", {"IMMUTABLE", {}}, "staging")->message ==
        "AWS ECR never lets the tag staging of team/app be moved once it is there: the repository is IMMUTABLE");
  const std::string option = " --image-tag-mutability-exclusion-filters ";
  CHECK(remedy("IMMUTABLE", {}) == start + "IMMUTABLE_WITH_EXCLUSION" + option + "filterType=WILDCARD,filter=staging");
  CHECK(remedy("IMMUTABLE_WITH_EXCLUSION", {"a*"}) ==
        start + "IMMUTABLE_WITH_EXCLUSION" + option + "'filterType=WILDCARD,filter=a*' filterType=WILDCARD,filter=staging");
  CHECK(remedy("IMMUTABLE_WITH_EXCLUSION", {"a", "b", "c", "d", "e"}) == start + "MUTABLE");
  CHECK(remedy("MUTABLE_WITH_EXCLUSION", {"v1", "st*"}) == start + "MUTABLE_WITH_EXCLUSION" + option + "filterType=WILDCARD,filter=v1");
  CHECK(remedy("MUTABLE_WITH_EXCLUSION", {"*"}) == start + "MUTABLE");
  const auto for_tag = [&](const char* tag, const Tags& filters, const Tags& moving) {
    return why_fixed(k_host, "team/app", {"IMMUTABLE_WITH_EXCLUSION", filters}, tag, moving)->remedy;
  };
  CHECK(for_tag("day-2", {"staging", "day-1"}, {"staging", "day-*"}) ==
        start + "IMMUTABLE_WITH_EXCLUSION" + option + "filterType=WILDCARD,filter=staging 'filterType=WILDCARD,filter=day-*'");
  CHECK(for_tag("staging", {"x"}, {"*", "staging"}) ==
        start + "IMMUTABLE_WITH_EXCLUSION" + option + "filterType=WILDCARD,filter=x filterType=WILDCARD,filter=staging");
  CHECK(for_tag("2026-11-20", {"x"}, {"*"}) == start + "MUTABLE");
}

TEST_CASE("a login, and what the repository lets be moved") {
  FakeAws aws;
  aws.log_in("123456789012");
  aws.say("DescribeRepositories", 200,
          R"({"repositories":[{"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":)"
          R"([{"filterType":"WILDCARD","filter":"staging"}]}]})");
  Ecr ecr = aws.ecr();
  const auto login = ecr.login();
  REQUIRE(login);
  CHECK(login->user == "AWS");
  CHECK(login->password.reveal() == "canary");
  const auto mutability = ecr.repository("app", {});
  REQUIRE(mutability);
  CHECK(mutability->filters == Tags{"staging"});
  CHECK(aws.last_question() == parse_json(R"({"registryId":"123456789012","repositoryNames":["app"]})"));
  CHECK(aws.asked().front().headers.at("authorization").find("/eu-west-1/ecr/aws4_request") != std::string::npos);
}

TEST_CASE("keys of another account will do where they are let see the repository") {
  FakeAws aws;
  Ecr ecr = aws.ecr();
  aws.log_in("999999999999");
  REQUIRE(ecr.login());
  SECTION("they are") {
    aws.say("DescribeRepositories", 200, R"({"repositories":[{"imageTagMutability":"MUTABLE"}]})");
    CHECK(ecr.repository("app", {})->setting == "MUTABLE");
    CHECK_FALSE(ecr.doubt());
  }
  SECTION("they are not: they may be let push all the same") {
    aws.say("DescribeRepositories", 400, k_denied);
    const auto mutability = ecr.repository("app", {true, {}});
    REQUIRE(mutability);
    CHECK_FALSE(mutability->is_fixed("x"));
    REQUIRE(ecr.doubt());
    CHECK(ecr.doubt()->message == "the registry is of AWS account 123456789012, and the keys of profile dev are of account 999999999999");
    CHECK(ecr.doubt()->remedy == "use keys of account 123456789012, or let the repository's policy allow account 999999999999 to read and to push");
  }
  SECTION("it is not there") {
    aws.say("DescribeRepositories", 400, k_not_found);
    CHECK(ecr.repository("app", {}).error().message == "AWS ECR has no repository app in account 123456789012, region eu-west-1, and the "
                                                       "keys of profile dev are of account 999999999999");
  }
}

TEST_CASE("keys of the account itself that may not ask are no hindrance") {
  FakeAws aws;
  aws.log_in("123456789012");
  aws.say("DescribeRepositories", 400, k_denied);
  Ecr ecr = aws.ecr();
  REQUIRE(ecr.login());
  const auto mutability = ecr.repository("app", {true, {}});
  REQUIRE(mutability);
  CHECK_FALSE(mutability->is_fixed("x"));
  CHECK_FALSE(ecr.doubt());
  CHECK(aws.asked().size() == 2);
}

TEST_CASE("a repository that is not there is made where it may be") {
  FakeAws aws;
  Ecr ecr = aws.ecr();
  aws.say("DescribeRepositories", 400, k_not_found);
  SECTION("it may not") {
    CHECK(ecr.repository("app", {}).error().remedy == "aws ecr create-repository --repository-name app --region eu-west-1");
    CHECK(aws.asked().size() == 1);
  }
  SECTION("it may") {
    aws.say("CreateRepository", 200, "{}");
    const auto made = ecr.repository("app", {true, {"staging"}});
    REQUIRE(made);
    CHECK(made->is_fixed("0123456"));
    CHECK_FALSE(made->is_fixed("staging"));
    CHECK(aws.last_question() ==
          parse_json(R"({"registryId":"123456789012","repositoryName":"app","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",)"
                     R"("imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"staging"}],)"
                     R"("imageScanningConfiguration":{"scanOnPush":true}})"));
  }
  SECTION("nothing moves, so that there is no filter") {
    aws.say("CreateRepository", 200, "{}");
    REQUIRE(ecr.repository("app", {true, {}}));
    CHECK(aws.last_question().at("imageTagMutability") == "IMMUTABLE");
    CHECK_FALSE(aws.last_question().contains("imageTagMutabilityExclusionFilters"));
  }
  SECTION("somebody else was faster") {
    aws.say("CreateRepository", 400, error("RepositoryAlreadyExistsException"));
    aws.say("DescribeRepositories", 200, R"({"repositories":[{"imageTagMutability":"MUTABLE"}]})");
    CHECK(ecr.repository("app", {true, {"staging"}})->setting == "MUTABLE");
  }
  SECTION("the keys may not") {
    aws.say("CreateRepository", 400, k_denied);
    const Error error = ecr.repository("app", {true, {}}).error();
    CHECK(error.message.find("does not allow these keys ecr:CreateRepository (they are those of profile dev): \"words\"") !=
          std::string::npos);
    CHECK(error.remedy == "let their user or role have ecr:CreateRepository");
  }
}

TEST_CASE("throttling passes, and wrong keys do not") {
  FakeAws aws;
  Ecr ecr = aws.ecr();
  SECTION("throttled") {
    aws.say("GetAuthorizationToken", 400, error("ThrottlingException"));
    aws.log_in("123456789012");
    CHECK(ecr.login());
  }
  SECTION("a failure of AWS's own") {
    aws.say("GetAuthorizationToken", 500, error("ServerException"));
    aws.log_in("123456789012");
    CHECK(ecr.login());
  }
  SECTION("wrong keys: whose they are, and what mends them, is said") {
    aws.say("GetAuthorizationToken", 400, error("UnrecognizedClientException"));
    const Error error = ecr.login().error();
    CHECK(error.message.find("does not take the keys of profile dev: \"words\"") != std::string::npos);
    CHECK(error.remedy == "aws sso login");
    CHECK(aws.asked().size() == 1);
  }
  SECTION("old ones") {
    aws.say("GetAuthorizationToken", 400, error("ExpiredTokenException"));
    CHECK(ecr.login().error().message.find("says that the keys of profile dev have expired") != std::string::npos);
  }
  SECTION("an answer that makes no sense") {
    aws.say("GetAuthorizationToken", 200, R"({"authorizationData":[]})");
    CHECK(ecr.login().error().message.find("gives an answer without a login in it") != std::string::npos);
  }
}

TEST_CASE("ECR Public has another API, and its login is no list") {
  FakeAws aws;
  EcrPublic ecr(aws.api(*ecr_public_service("public.ecr.aws")));
  aws.say("GetAuthorizationToken", 200, R"({"authorizationData":{"authorizationToken":"QVdTOmNhbmFyeQ=="}})");
  CHECK(ecr.login()->password.reveal() == "canary");
  CHECK(aws.asked().back().headers.at("x-amz-target") == "SpencerFrontendService.GetAuthorizationToken");
  CHECK(aws.asked().back().headers.at("authorization").find("/us-east-1/ecr-public/aws4_request") != std::string::npos);
  aws.say("DescribeRepositories", 400, k_not_found);
  CHECK((*ecr.why_unknown("alias/team/app"))->remedy == "aws ecr-public create-repository --repository-name team/app --region us-east-1");
  CHECK(aws.last_question() == parse_json(R"({"repositoryNames":["team/app"]})"));
  aws.say("DescribeRepositories", 400, k_denied);
  CHECK_FALSE(*ecr.why_unknown("alias/app"));
}
