-- Asks in turn for what a file lists, one request in each line: a path, after a tab maybe a Range, and after
-- another maybe the ETag of what is here already.
-- Prints what came of it as one line of JSON.
local prepared, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local path, range, etag = line:match("^([^\t]*)\t?([^\t]*)\t?(.*)$")
        local headers = { ["Host"] = "localhost" }
        if range ~= "" then headers["Range"] = range end
        if etag ~= "" then headers["If-None-Match"] = etag end
        prepared[#prepared + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    at = at % #prepared + 1
    return prepared[at]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"requests":%d,"bytes":%d,"seconds":%f,"p99_us":%d,"bad_status":%d,"broken":%d}\n',
        summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
