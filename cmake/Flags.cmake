# Linked PRIVATE by our own targets, never by third parties.
add_library(gate_flags INTERFACE)
target_compile_options(gate_flags INTERFACE -ffunction-sections -fdata-sections)
target_compile_options(gate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  # GCC 12 warns of its own std::string at -O2 (GCC bugs 105651 and 105562).
  -Wno-restrict -Wno-maybe-uninitialized)
if(CMAKE_UNITY_BUILD)
  # Constants of the files that share a batch are no shadows of each other; the development build compiles each file alone, and warns.
  target_compile_options(gate_flags INTERFACE -Wno-shadow)
endif()
if(GATE_WERROR)
  target_compile_options(gate_flags INTERFACE -Werror)
endif()
if(GATE_SANITIZE)
  target_compile_options(gate_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gate_flags INTERFACE -fsanitize=address,undefined)
endif()
