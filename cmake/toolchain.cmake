# Compiler options for every target; ccache and mold are used when present and needed by nothing.
find_program(CCACHE ccache)
if(CCACHE)
  # Its base directory makes what one checkout compiled good for all others of the same files.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# The same commit gives the same programs in whichever folders: paths in them begin at the checkout, those of generated files at the build's folder.
# Of several that match g++ takes the last one. The relative one is what ccache makes of the checkout's.
cmake_path(RELATIVE_PATH CMAKE_SOURCE_DIR BASE_DIRECTORY ${CMAKE_BINARY_DIR} OUTPUT_VARIABLE checkout_from_build)
add_compile_options(-ffile-prefix-map=${checkout_from_build}=. -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
                    -ffile-prefix-map=${CMAKE_BINARY_DIR}=./build -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)

add_compile_options(-Wall -Wextra -Wno-unused-parameter -fcoroutines)
# g++ 12 reports these inside Asio's and Protobuf's headers on correct code.
add_compile_options(-Wno-mismatched-new-delete -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)

if(CAUSEWAY_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(CAUSEWAY_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
