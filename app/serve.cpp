#include "app/serve.hpp"

#include "app/serving_source.hpp"
#include "app/status.hpp"
#include "core/task_group.hpp"
#include "httpd/plain_folder.hpp"
#include "httpd/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>

namespace mirrorseed::app {
namespace asio = boost::asio;
namespace {

httpd::StatusAccess status_access(StatusAccess access) {
    return access == StatusAccess::anybody ? httpd::StatusAccess::everybody : httpd::StatusAccess::local;
}

httpd::ServerOptions server_options(const Config& config, const Arguments& arguments) {
    httpd::ServerOptions options;
    options.listen = arguments.values("listen");
    if (options.listen.empty())
        for (const auto& address : config.server.listen)
            options.listen.push_back(address.str());
    options.head_timeout = config.server.head_timeout;
    options.idle_timeout = config.server.idle_timeout;
    if (const auto drain = arguments.value("drain")) options.drain = parse_duration(*drain).value();
    options.cors = config.server.cors;
    options.access_log = config.server.access_log;
    options.access_log_format = config.server.access_log_format == AccessLogFormat::json
                                    ? httpd::AccessLogFormat::json
                                    : httpd::AccessLogFormat::combined;
    options.status_access = status_access(config.server.status_access);
    return options;
}

std::string status_text(const Config& config) {
    const auto places = places_of(config);
    const auto live = ask_live_state(places.store);
    auto catalogue = Catalogue::open_to_read(places.catalogue_file());
    return boost::json::serialize(status_json(config, &catalogue, live, system_clock()()));
}

Result<std::shared_ptr<const SigningKey>> signing_key(const Config& config) {
    std::shared_ptr<const SigningKey> key;
    const auto& file = config.store.signing_key_file;
    if (file.empty()) return key;
    const auto pem = read_file(file, 65536);
    if (!pem) return pem.error();
    auto parsed = SigningKey::parse_pem(*pem);
    if (!parsed) return parsed.error().within(file);
    key = std::make_shared<const SigningKey>(std::move(*parsed));
    return key;
}

asio::awaitable<void> obey_signals(asio::io_context& context, httpd::Server& server, Log& log) {
    asio::signal_set signals(context, SIGTERM, SIGINT, SIGHUP);
    for (;;) {
        boost::system::error_code error;
        const auto signal = co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        if (signal != SIGHUP) break;
        log.reopen();
        server.reopen_log();
    }
    log.info("stopping");
    co_await server.stop();
    context.stop();
}

Result<httpd::SourceFactory> make_sources(const Config& config, const Arguments& arguments, const Log& log) {
    if (const auto folder = arguments.value("DIR")) {
        const auto opened = httpd::PlainFolder::open(*folder);
        if (!opened) return opened.error();
        return httpd::SourceFactory([path = *folder] { return httpd::PlainFolder::open(path).value(); });
    }
    const auto places = places_of(config);
    if (!places.exists())
        return Error(Fault::not_found,
                     "there is no store at " + places.store + " yet; `mirrorseed sync` makes it");
    auto key = signing_key(config);
    if (!key) return key.error();
    return serving_sources(places, *key, log);
}

}  // namespace

Exit serve(const Config& config, const Arguments& arguments, Log& log) {
    auto sources = make_sources(config, arguments, log);
    if (!sources) {
        log.error("{}", outside(sources.error().text()));
        return Exit::failed;
    }
    auto options = server_options(config, arguments);
    if (!arguments.has("DIR")) options.status = [&config] { return status_text(config); };
    if (!config.server.tls_listen.empty())
        log.warning("[server] tls_listen: serving by TLS is not built yet; serving by HTTP alone");

    asio::io_context context(1);
    httpd::Server server(context, std::move(options), std::move(*sources), log);
    const auto started = server.start();
    if (!started) {
        log.error("{}", outside(started.error().text()));
        return Exit::failed;
    }
    for (const auto& address : server.bound())
        log.info("serving on {}", address);
    TaskGroup tasks(context.get_executor(), log);
    tasks.spawn("signals", obey_signals(context, server, log));
    context.run();
    return Exit::done;
}

}  // namespace mirrorseed::app
