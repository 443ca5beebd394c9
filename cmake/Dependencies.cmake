# Everything comes from the system's packages (installer/lib/packages.sh names Debian's).
find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
pkg_check_modules(LIBGIT2 REQUIRED IMPORTED_TARGET libgit2)

find_library(MBEDCRYPTO_LIBRARY NAMES mbedcrypto REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE NAMES toml++/toml.h REQUIRED)
find_path(TL_EXPECTED_INCLUDE NAMES tl/expected.hpp REQUIRED)

# Header-only libraries, as SYSTEM so that our warnings stay ours.
add_library(gate_tl_expected INTERFACE)
target_include_directories(gate_tl_expected SYSTEM INTERFACE ${TL_EXPECTED_INCLUDE})

add_library(gate_tomlplusplus INTERFACE)
target_include_directories(gate_tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE})

# libgit2 linked statically leaves out its TLS and ssh start-up (stubs.c says what that saves). Where an archive is
# missing, GATE_STATIC falls back to one dynamic gate.
set(GATE_STATIC_ARCHIVES git2 mbedtls mbedx509 mbedcrypto http_parser ssh2 ssl crypto pcre2-8 z)
if(GATE_STATIC)
  foreach(archive IN LISTS GATE_STATIC_ARCHIVES)
    find_library(GATE_ARCHIVE_${archive} NAMES lib${archive}.a)
    if(NOT GATE_ARCHIVE_${archive})
      message(STATUS "lib${archive}.a is missing: building one dynamic gate instead of a static one")
      set(GATE_STATIC OFF)
    endif()
  endforeach()
endif()
