# What the project builds on: Debian 12 packages (deploy/local/install lists them) and the google/rpc protos from PyPI.
find_package(Threads REQUIRED)
find_package(Protobuf CONFIG QUIET)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(civetweb CONFIG REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(mimalloc REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# google/rpc/*.proto and google/api/*.proto are in no Debian -dev package: take them from PyPI, pinned by version and hash.
set(GOOGLEAPIS_DIR ${CMAKE_BINARY_DIR}/googleapis)
if(NOT EXISTS ${GOOGLEAPIS_DIR}/google/rpc/error_details.proto)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  execute_process(
    COMMAND ${Python3_EXECUTABLE} -m pip install --quiet --no-deps --target ${GOOGLEAPIS_DIR} --upgrade
            --disable-pip-version-check --root-user-action=ignore
            --require-hashes -r ${CMAKE_SOURCE_DIR}/cmake/googleapis.txt
    COMMAND_ERROR_IS_FATAL ANY)
endif()
