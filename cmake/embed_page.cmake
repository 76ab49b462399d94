# cmake -DPAGE_DIR=… -DOUTPUT_DIR=… -DGZIP=… -P embed_page.cmake
#
# Writes page_assets.cpp (the table) and page_data.S (the bytes, by .incbin: any size assembles at
# once). The page refers to its assets as /assets/dev/NAME; in index.html that folder becomes
# /assets/HASH/, where HASH names the content of all files, so that a browser may keep them forever.

set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_mjs "${type_js}")
set(type_json "application/json")
set(type_webmanifest "application/manifest+json")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_ico "image/x-icon")
set(type_txt "text/plain; charset=utf-8")

file(GLOB_RECURSE names RELATIVE ${PAGE_DIR} ${PAGE_DIR}/*)
list(FILTER names EXCLUDE REGEX "(^|/)\\.[^/]*$")
list(SORT names COMPARE STRING)

set(digests "")
foreach(name IN LISTS names)
  file(SHA256 ${PAGE_DIR}/${name} digest)
  string(APPEND digests "${name} ${digest}\n")
endforeach()
string(SHA256 page_hash "${digests}")
string(SUBSTRING ${page_hash} 0 16 page_hash)

set(data_dir ${OUTPUT_DIR}/data)
file(REMOVE_RECURSE ${data_dir})
file(MAKE_DIRECTORY ${data_dir})

set(symbols "")
set(rows "")
set(bytes "")
set(count 0)
foreach(name IN LISTS names)
  string(REGEX REPLACE "^.*\\." "" extension "${name}")
  if(NOT DEFINED type_${extension})
    message(FATAL_ERROR "http/page/${name}: no content type for .${extension} in embed_page.cmake")
  endif()

  set(plain ${data_dir}/${count})
  if(name STREQUAL "index.html")
    file(READ ${PAGE_DIR}/${name} content)
    string(REPLACE "/assets/dev/" "/assets/${page_hash}/" content "${content}")
    file(WRITE ${plain} "${content}")
  else()
    file(COPY_FILE ${PAGE_DIR}/${name} ${plain})
  endif()
  # Through standard input, so that neither a name nor a time gets into the bytes.
  execute_process(COMMAND ${GZIP} -9n
    INPUT_FILE ${plain} OUTPUT_FILE ${plain}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${plain} plain_size)
  file(SIZE ${plain}.gz gzip_size)

  string(APPEND symbols
    "extern const char linger_page_${count}[];\n"
    "extern const char linger_page_${count}_gzip[];\n")
  string(APPEND rows
    "    {\"${name}\", \"${type_${extension}}\",\n"
    "     {linger_page_${count}, ${plain_size}}, {linger_page_${count}_gzip, ${gzip_size}}},\n")
  string(APPEND bytes
    "    .global linger_page_${count}\nlinger_page_${count}:\n"
    "    .incbin \"${plain}\"\n    .byte 0\n"
    "    .global linger_page_${count}_gzip\nlinger_page_${count}_gzip:\n"
    "    .incbin \"${plain}.gz\"\n    .byte 0\n")
  math(EXPR count "${count} + 1")
endforeach()

if(count GREATER 0)
  set(table "const asset table[] = {\n${rows}};\n")
  set(span "table")
else()
  set(table "")
  set(span "")
endif()

file(WRITE ${OUTPUT_DIR}/page_assets.cpp
"// Generated from http/page.
#include \"http/api/page_assets.hpp\"

extern \"C\" {
${symbols}}

namespace lingerd {
namespace {
${table}}  // namespace

const std::string_view page_hash = \"${page_hash}\";
const std::span<const asset> page_assets{${span}};

}  // namespace lingerd
")
file(WRITE ${OUTPUT_DIR}/page_data.S
"    .section .rodata
${bytes}    .section .note.GNU-stack,\"\",%progbits
")
