#include "app/serve/reloading.hpp"

#include "app/config/secret_file.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace mirrorseed::app {
namespace {

Result<httpd::TlsPem> tls_pem(const ServerFiles& files, const httpd::TlsFiles& names) {
    auto certificate = files.text(HandedFile::certificate, names.certificate);
    if (!certificate) return certificate.error();
    auto key = files.text(HandedFile::key, names.key);
    if (!key) return key.error();
    return httpd::TlsPem{names, std::move(*certificate), std::move(*key)};
}

bool has_tls(const ServerFiles& files) {
    return files.has(HandedFile::certificate) && files.has(HandedFile::key);
}

}  // namespace

Reloading::Reloading(const Config& at_start, std::string config_file, ConfigUse use, std::string token,
                     Make make, Log& log)
    : at_start_(at_start),
      config_file_(std::move(config_file)),
      use_(use),
      token_(std::move(token)),
      config_(at_start),
      make_(std::move(make)),
      log_(log) {}

void Reloading::reload(httpd::Server& server) {
    auto config =
        config_file_.empty() ? Result<LoadedConfig>(LoadedConfig()) : load_config(config_file_, use_);
    // What is wrong with it is told below.
    auto places = file_places(config && config->good() ? config->config : config_, config_file_, at_start_);
    // The server reads and watches these by itself.
    places.certificate.clear();
    places.key.clear();
    take(open_server_files(places, log_), server);
}

void Reloading::take(ServerFiles files, httpd::Server& server) {
    if (files.has(HandedFile::log)) log_.go_on_in(files.take(HandedFile::log).release());
    if (files.has(HandedFile::access_log)) server.go_on_in(files.take(HandedFile::access_log));
    if (files.has(HandedFile::config) && take_config(files, server)) return;
    take_secrets(files, server);
}

void Reloading::read_token(const ServerFiles& files, const std::string& name) {
    if (!files.has(HandedFile::token)) return;
    const auto token = files.text(HandedFile::token, name);
    if (token)
        token_ = secret_in(*token);
    else
        log_.error("the token stays as it was: {}", outside(token.error().text()));
}

void Reloading::take_secrets(const ServerFiles& files, httpd::Server& server) {
    read_token(files, config_.server.admin_token_file);
    server.take_token(token_);
    if (!has_tls(files)) return;
    const auto& names = config_.server;
    auto pem = tls_pem(files, {.certificate = names.tls_certificate, .key = names.tls_key});
    if (!pem) return log_.error("the certificate stays as it was: {}", outside(pem.error().text()));
    server.take_certificate(std::move(*pem));
}

bool Reloading::take_config(const ServerFiles& files, httpd::Server& server) {
    const auto text = files.text(HandedFile::config, config_file_);
    if (!text) {
        log_.error("the config stays as it was: {}", outside(text.error().text()));
        return false;
    }
    auto loaded = read_config(*text, config_file_, process_environment(), use_);
    for (const auto& fault : loaded.faults)
        log_.error("{}", format_fault(fault));
    if (!loaded.good()) {
        log_.error("the config stays as it was");
        return false;
    }
    auto made = make_(loaded.config);
    if (!made) {
        log_.error("the config stays as it was: {}", outside(made.error().text()));
        return true;  // the other files are those that this one names
    }
    const auto& wanted = loaded.config.server;
    if (wanted.admin_token_file.empty()) token_.clear();
    read_token(files, wanted.admin_token_file);
    made->options.admin_token = token_;
    if (has_tls(files)) {
        auto pem = tls_pem(files, made->options.tls_files);
        if (pem)
            made->options.tls_pem = std::move(*pem);
        else
            log_.error("the certificate stays as it was: {}", outside(pem.error().text()));
    }
    server.reload(made->options, std::move(made->sources));
    config_ = std::move(loaded.config);
    for (const auto& address : server.bound())
        log_.info("serving on {}", address);
    for (const auto& address : server.tls_bound())
        log_.info("serving on {} by TLS", address);
    for (const auto& address : server.udp_bound())
        log_.info("the tracker answers on {} by UDP", address);
    log_.info("read {} again", config_file_);
    return true;
}

}  // namespace mirrorseed::app
