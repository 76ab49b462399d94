# linger_page: the files of http/page, gzipped and compiled in, as http/api/page_assets.hpp declares them.

file(GLOB_RECURSE page_files CONFIGURE_DEPENDS http/page/*)
list(FILTER page_files EXCLUDE REGEX "/\\.[^/]*$")

find_program(LINGER_GZIP gzip REQUIRED)
set(generated ${CMAKE_BINARY_DIR}/generated/page)
# A file that goes away changes no other file's time: the list itself is watched.
file(CONFIGURE OUTPUT ${generated}/files.txt CONTENT "${page_files}" @ONLY)
add_custom_command(
  OUTPUT ${generated}/page_assets.cpp ${generated}/page_data.S
  COMMAND ${CMAKE_COMMAND}
    -DPAGE_DIR=${CMAKE_SOURCE_DIR}/http/page
    -DOUTPUT_DIR=${generated}
    -DGZIP=${LINGER_GZIP}
    -P ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  DEPENDS ${page_files} ${generated}/files.txt
    ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  COMMENT "Embedding the page"
  VERBATIM)
add_library(linger_page STATIC ${generated}/page_assets.cpp ${generated}/page_data.S)
target_link_libraries(linger_page PRIVATE linger_options)
