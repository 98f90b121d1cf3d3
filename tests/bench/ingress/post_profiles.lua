-- The bare load generator: wrk posts the bodies of a file, one after the other, each once (init's arguments: the file, thread).
local bodies, at = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
end

function request()
  at = at % #bodies + 1
  -- An id of its own, so that nothing is a duplicate.
  local body = bodies[at]:gsub('"externalId":"[^"]*"', '"externalId":"bare-' .. tostring(math.random(1, 1e15)) .. '"')
  return wrk.format("POST", nil, nil, body)
end
