# Everything comes from the system's packages (installer/lib/packages.sh names Debian's).
find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LIBGIT2 REQUIRED IMPORTED_TARGET libgit2)

find_library(MBEDCRYPTO_LIBRARY NAMES mbedcrypto REQUIRED)
find_library(PCRE2_LIBRARY NAMES pcre2-8 REQUIRED)
find_path(PCRE2_INCLUDE NAMES pcre2.h REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE NAMES toml++/toml.h REQUIRED)
find_path(TL_EXPECTED_INCLUDE NAMES tl/expected.hpp REQUIRED)

# Header-only libraries, as SYSTEM so that our warnings stay ours.
add_library(gate_tl_expected INTERFACE)
target_include_directories(gate_tl_expected SYSTEM INTERFACE ${TL_EXPECTED_INCLUDE})

add_library(gate_tomlplusplus INTERFACE)
target_include_directories(gate_tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE})

# libgit2 is linked without its network (src/cli/static_stubs.c). Where an archive is missing, GATE_STATIC falls back to
# one dynamic gate.
set(GATE_STATIC_ARCHIVES git2 http_parser mbedcrypto pcre2-8 z)
if(GATE_STATIC)
  foreach(archive IN LISTS GATE_STATIC_ARCHIVES)
    find_library(GATE_ARCHIVE_${archive} NAMES lib${archive}.a)
    if(NOT GATE_ARCHIVE_${archive})
      message(STATUS "lib${archive}.a is missing: building one dynamic gate instead of a static one")
      set(GATE_STATIC OFF)
    endif()
  endforeach()
endif()

# Which libgit2 is linked is the program's choice: GATE_STATIC_PROGRAM on a target picks the archives.
set(static_libraries "")
foreach(archive IN LISTS GATE_STATIC_ARCHIVES)
  if(GATE_STATIC)
    list(APPEND static_libraries ${GATE_ARCHIVE_${archive}})
  endif()
endforeach()
set(is_static "$<BOOL:$<TARGET_PROPERTY:GATE_STATIC_PROGRAM>>")
add_library(gate_libgit2 INTERFACE)
target_include_directories(gate_libgit2 SYSTEM INTERFACE ${LIBGIT2_INCLUDE_DIRS})
target_link_libraries(gate_libgit2 INTERFACE "$<${is_static}:${static_libraries}>" "$<$<NOT:${is_static}>:PkgConfig::LIBGIT2>")
add_library(gate_mbedcrypto INTERFACE)
target_link_libraries(gate_mbedcrypto INTERFACE
  "$<${is_static}:${GATE_ARCHIVE_mbedcrypto}>" "$<$<NOT:${is_static}>:${MBEDCRYPTO_LIBRARY}>")
add_library(gate_pcre2 INTERFACE)
target_include_directories(gate_pcre2 SYSTEM INTERFACE ${PCRE2_INCLUDE})
target_link_libraries(gate_pcre2 INTERFACE
  "$<${is_static}:${GATE_ARCHIVE_pcre2-8}>" "$<$<NOT:${is_static}>:${PCRE2_LIBRARY}>")
