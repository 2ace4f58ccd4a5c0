// What `serve` serves from: the store, also while its catalogue is damaged or is being replaced.
//
// A request that finds the catalogue damaged is answered from one that is
// rebuilt, in a temporary folder, from the manifests; once per process. When the
// catalogue's file is another one (after `mirrorseed recover`), it is opened anew.
#pragma once

#include "core/log.hpp"
#include "core/store/store.hpp"
#include "httpd/published/published.hpp"
#include "httpd/source.hpp"

#include <memory>

namespace mirrorseed::app {

// The factory may be called from any thread. `log` outlives it and its sources.
httpd::SourceFactory serving_sources(const StorePlaces& places, std::shared_ptr<const SigningKey> signing_key,
                                     const httpd::Describing& describing, httpd::GraceOf grace,
                                     httpd::PublishedStore::Doubt doubt, const Log& log);

}  // namespace mirrorseed::app
