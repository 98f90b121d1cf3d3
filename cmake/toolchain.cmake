# Compiler options for every target; ccache and mold are used when present and needed by nothing.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

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
