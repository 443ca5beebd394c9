# gate and gate-full carry the digest of the sources that they were built from: gate refuses to become a gate-full of
# another build. Taken at every build, so that a changed source can't hide behind an old configure.
set(GATE_BUILD_ID_SOURCE ${CMAKE_BINARY_DIR}/generated/build_id.cpp)
add_custom_target(gate_build_id_source
  BYPRODUCTS ${GATE_BUILD_ID_SOURCE}
  COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DOUT=${GATE_BUILD_ID_SOURCE} -DVERSION=${PROJECT_VERSION}
          -P ${CMAKE_SOURCE_DIR}/cmake/write_build_id.cmake
  COMMENT "")
