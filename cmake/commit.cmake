# Writes FILE: a header with the git commit of SOURCES, or COMMIT where that is given (an image is built without .git). Run at each build, so
# that --version tells the truth after a commit too; the file changes only when the commit does. Twelve digits, for git would take as many as
# the clone needs, and the same commit gives the same programs.
cmake_minimum_required(VERSION 3.25)
if(NOT COMMIT)
  execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=* WORKING_DIRECTORY ${SOURCES}
                  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT COMMIT)
  set(COMMIT unknown)
endif()
file(CONFIGURE OUTPUT ${FILE} CONTENT "#define CAUSEWAY_COMMIT \"@COMMIT@\"\n" @ONLY)
