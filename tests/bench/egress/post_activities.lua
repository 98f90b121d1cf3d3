-- The bare load generator: wrk posts activities, each under an id of its own. Arguments: the folder's URL path; how: "multiple"
-- (CreateMultiple), "batch" ($batch) or "single"; how many go in one request; the contact that they regard.
local path, how, count, contact = "", "single", 1, ""
local sent = 0

function init(arguments)
  path, how, count, contact = arguments[1], arguments[2], tonumber(arguments[3]), arguments[4]
end

local function id()
  sent = sent + 1
  return string.format("%08x-0000-4000-8000-%012x", sent % 4294967296, #how)
end

local function body(number)
  return '{"subject":"Campaign Name: Newsletter; Delivery Name: Announcement","adobe_campaignname":"Newsletter",' ..
    '"adobe_deliveryname":"Announcement","adobe_senton":"2026-11-24T03:00:00Z","adobe_mirrorpageurl":"https://bare.example/' .. number ..
    '","regardingobjectid_contact_adobe_emailsend@odata.bind":"/contacts(' .. contact .. ')","statecode":1,"statuscode":2}'
end

function request()
  if how == "single" then
    local key = id()
    return wrk.format("PATCH", path .. "adobe_emailsends(" .. key .. ")", nil, body(key))
  end
  local parts = {}
  if how == "multiple" then
    for _ = 1, count do
      parts[#parts + 1] = '{"@odata.type":"Microsoft.Dynamics.CRM.adobe_emailsend","activityid":"' .. id() .. '",' .. body(sent):sub(2)
    end
    return wrk.format("POST", path .. "adobe_emailsends/Microsoft.Dynamics.CRM.CreateMultiple", nil,
      '{"Targets":[' .. table.concat(parts, ",") .. "]}")
  end
  for _ = 1, count do
    local key = id()
    local content = body(key)
    parts[#parts + 1] = "--batch\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPATCH " .. path ..
      "adobe_emailsends(" .. key .. ") HTTP/1.1\r\nContent-Type: application/json\r\nIf-None-Match: *\r\n\r\n" .. content .. "\r\n"
  end
  parts[#parts + 1] = "--batch--\r\n"
  return wrk.format("POST", path .. "$batch", nil, table.concat(parts))
end
