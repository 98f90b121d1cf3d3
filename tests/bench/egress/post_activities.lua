-- The bare load generator: wrk posts activities, `count` (init's second argument) in a $batch, or one by one where it is 1, each under an
-- id of its own. The first argument is the folder's URL path, the third the contact that they regard.
local path, count, contact = "", 1, ""
local sent = 0

function init(arguments)
  path, count, contact = arguments[1], tonumber(arguments[2]), arguments[3]
end

local function id()
  sent = sent + 1
  return string.format("%08x-0000-4000-8000-%012x", sent % 4294967296, count)
end

local function body(number)
  return '{"subject":"Campaign Name: Newsletter; Delivery Name: Announcement","adobe_campaignname":"Newsletter",' ..
    '"adobe_deliveryname":"Announcement","adobe_date":"2026-11-24T03:00:00Z","adobe_mirrorpageurl":"https://bare.example/' .. number ..
    '","regardingobjectid_contact_adobe_emailsend@odata.bind":"/contacts(' .. contact .. ')","statecode":1,"statuscode":2}'
end

function request()
  if count == 1 then
    local key = id()
    return wrk.format("PATCH", path .. "adobe_emailsends(" .. key .. ")", nil, body(key))
  end
  local parts = {}
  for _ = 1, count do
    local key = id()
    local content = body(key)
    parts[#parts + 1] = "--batch\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPATCH " .. path ..
      "adobe_emailsends(" .. key .. ") HTTP/1.1\r\nContent-Type: application/json\r\nIf-None-Match: *\r\n\r\n" .. content .. "\r\n"
  end
  parts[#parts + 1] = "--batch--\r\n"
  return wrk.format("POST", path .. "$batch", nil, table.concat(parts))
end
