# schemas/errors/*.json and schemas/messages/*.json -> one sorted C++ table (base/catalogue.h).
function(portage_catalogue target)
  file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/errors/*.json
       ${CMAKE_SOURCE_DIR}/schemas/messages/*.json)
  set(out ${CMAKE_BINARY_DIR}/generated/catalogue_table.inc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DTEXTS=${texts}" -DOUT=${out} -P
            ${CMAKE_SOURCE_DIR}/gateway/catalogue_write.cmake
    DEPENDS ${texts} ${CMAKE_SOURCE_DIR}/gateway/catalogue_write.cmake
    COMMENT "Texts in English and French"
    VERBATIM)
  add_custom_target(portage_texts DEPENDS ${out})
  add_dependencies(${target} portage_texts)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/gateway/base/catalogue.cc PROPERTIES OBJECT_DEPENDS ${out})
endfunction()
