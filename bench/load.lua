-- Sends what it is told, and says what came of it in one line of JSON.
-- https://github.com/wg/wrk/blob/master/SCRIPTING

-- The file of a body, then headers as `name: value`; nothing: GET.
function init(args)
  if args[1] == nil then return end
  wrk.method = 'POST'
  wrk.body = assert(io.open(args[1], 'rb')):read('*a')
  for index = 2, #args do
    local name, value = args[index]:match('^([^:]+): (.*)$')
    wrk.headers[name] = value
  end
end

function done(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('{"answers":%d,"us":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(99), errors.status, broken))
end
