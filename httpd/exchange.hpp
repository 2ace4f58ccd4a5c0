// One request and its answer, from the request's last byte to the answer's.
#pragma once

#include "httpd/clients.hpp"
#include "httpd/request.hpp"
#include "httpd/resource.hpp"

#include <chrono>
#include <list>
#include <string>

namespace mirrorseed::httpd {

struct Exchange {
    std::string head;  // the request's, which `request` views
    Request request;
    PeerAddress from;  // behind proxies that are trusted, whom they speak for
    std::shared_ptr<Client> client;
    ResourcePtr resource;  // that the answer is about; may be none
    Answer answer;
    bool answered = false;      // `answer` is decided
    bool closes = false;        // the connection ends after it
    std::size_t next_span = 0;  // of the answer's, to be sent
    // Places in all that the connection sends. `ends` is not known until all was produced.
    Bytes begins = 0, body_begins = 0, ends = 0;
    bool produced = false;
    std::chrono::steady_clock::time_point began;

    // As good as new, with the memory that it has.
    void clear() {
        head.clear();
        request = {};
        client.reset();
        resource.reset();
        answer = {};
        answered = closes = produced = false;
        next_span = 0;
        begins = body_begins = ends = 0;
    }
};

// Nodes move between a connection and the spare ones of its loop, so that a request allocates none.
using ExchangeList = std::list<Exchange>;

}  // namespace mirrorseed::httpd
