#include "connectors/builtin.h"

#include "connectors/file/in.h"
#include "connectors/file/out.h"
#include "connectors/http/out.h"

namespace portage::connector {

base::Result<std::shared_ptr<Sink>> make_sink(http::Loop& loop, const SinkSettings& settings) {
  if (!settings.url.empty()) {
    HttpOutOptions options;
    options.client.url = settings.url;
    options.client.files = {settings.certificate, settings.key, settings.authorities};
    options.client.expected_name = settings.expected_name;
    options.client.max_connections = settings.parallel;
    options.client.answer_timeout_ms = settings.timeout_ms;
    options.deduplicates = settings.deduplicates;
    auto sink = make_http_sink(loop, options);
    if (!sink.ok()) return sink.error();
    return std::shared_ptr<Sink>(std::move(*sink));
  }
  if (!settings.folder.empty()) {
    file::FileOutOptions options;
    options.folder = settings.folder;
    auto sink = file::FileSink::make(options);
    if (!sink.ok()) return sink.error();
    return std::shared_ptr<Sink>(std::move(*sink));
  }
  return std::shared_ptr<Sink>();
}

std::unique_ptr<Source> make_drop_source(const std::vector<DropSettings>& folders,
                                         std::size_t file_limit, base::Language language,
                                         observe::Events& events) {
  file::FileInOptions options;
  options.file_limit = file_limit;
  options.language = language;
  for (const DropSettings& folder : folders) {
    options.folders.push_back(
        {folder.party, folder.form, folder.content_type, folder.folder, folder.poll_ms});
  }
  return std::make_unique<file::FileIn>(std::move(options), events);
}

}  // namespace portage::connector
