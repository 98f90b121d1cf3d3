-- The bare load generator: wrk posts the bodies of a file, one after the other, each with an id of its own (init's arguments: the
-- file; its lines are the bodies without their opening brace).
local bodies, sent = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
end

function request()
  sent = sent + 1
  return wrk.format("POST", nil, nil, '{"externalId":"bare-' .. sent .. '",' .. bodies[sent % #bodies + 1])
end
