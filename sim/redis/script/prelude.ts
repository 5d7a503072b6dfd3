/**
 * The environment of scripts, in Lua: exactly the globals that Redis has. A script cannot change
 * them, so it leaves nothing behind for the next. lua.ts provides `host`.
 */
export const PRELUDE = `
local host = ...
local error, type, tonumber, pairs, rawget, rawset, setmetatable, select =
  error, type, tonumber, pairs, rawget, rawset, setmetatable, select
local floor, ceil, getinfo, format, unpack, gsub = math.floor, math.ceil, debug.getinfo, string.format, table.unpack, string.gsub

local protected = {}
local function readonly() error('Attempt to modify a readonly table', 2) end
local function protect(members)
  local front = setmetatable({}, { __index = members, __newindex = readonly, __metatable = false })
  protected[front] = true
  return front
end

-- Converts every error to a table with the location that raised it.
function host.handler(problem)
  local level, place = 2, getinfo(2, 'Sl')
  while place and place.source ~= '@user_script' do
    level = level + 1
    place = getinfo(level, 'Sl')
  end
  if type(problem) ~= 'table' then problem = { err = 'ERR ' .. tostring(problem) } end
  if place and rawget(problem, 'source') == nil then
    problem.source = place.source
    problem.line = place.currentline
  end
  return problem
end

local redis = {
  call = host.call,
  pcall = host.pcall,
  status_reply = function(text) return { ok = text } end,
  error_reply = function(text)
    if not text:find(' ', 1, true) then text = 'ERR ' .. text end
    return { err = (gsub(text, '^%-', '')) }
  end,
  sha1hex = host.sha1hex,
  log = function() end,
  setresp = function() end,
  set_repl = function() end,
  replicate_commands = function() return true end,
  breakpoint = function() return false end,
  debug = function() end,
  acl_check_cmd = function() return true end,
  LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3,
  REPL_NONE = 0, REPL_SLAVE = 1, REPL_REPLICA = 1, REPL_AOF = 2, REPL_ALL = 3,
  REDIS_VERSION = '7.0.15', REDIS_VERSION_NUM = 0x0007000F,
}

-- Addresses differ between runs.
local show = tostring
function tostring(value)
  local kind = type(value)
  if kind ~= 'table' and kind ~= 'function' and kind ~= 'thread' and kind ~= 'userdata' then return show(value) end
  local meta = getmetatable(value)
  if type(meta) == 'table' and rawget(meta, '__tostring') then return show(value) end
  return kind .. ': 0x0'
end

-- Adding 0.0 makes doubles of fengari's 32-bit integers.
math.floor = function(x) return floor(x) + 0.0 end
math.ceil = function(x) return ceil(x) + 0.0 end
math.pow = function(x, y) return x ^ y end
math.mod = math.fmod
math.log10 = function(x) return math.log(x, 10) end
math.random, math.randomseed = host.random, host.randomseed
math.tointeger, math.type, math.ult, math.maxinteger, math.mininteger = nil, nil, nil, nil, nil

local whole = { d = true, i = true, u = true }
string.format = function(text, ...)
  local values, at = { ... }, 0
  local changed = gsub(text, '%%([-+ #0]*%d*)(%.?%d*)(.)', function(flags, precision, kind)
    if kind == '%' then return nil end
    at = at + 1
    if not whole[kind] then return nil end
    local value = tonumber(values[at])
    if value == nil then return nil end
    values[at] = value < 0 and ceil(value) + 0.0 or floor(value) + 0.0
    return '%' .. flags .. '.0f'
  end)
  return format(changed, unpack(values, 1, select('#', ...)))
end
string.pack, string.unpack, string.packsize = nil, nil, nil
table.getn = function(t) return #t end
table.maxn = function(t)
  local most = 0
  for key in pairs(t) do if type(key) == 'number' and key > most then most = key end end
  return most
end
table.move, table.pack = nil, nil
local unpack = table.unpack
table.unpack = nil

local libraries = {
  string = protect(string), table = protect(table), math = protect(math), coroutine = protect(coroutine),
  redis = protect(redis), server = protect(redis), cjson = protect(host.cjson), cmsgpack = protect(host.cmsgpack), bit = protect(host.bit),
}
debug.setmetatable('', { __index = string, __metatable = false })

local globals = {
  assert = assert, error = error, getmetatable = getmetatable, ipairs = ipairs, load = load, loadstring = load, next = next, pairs = pairs,
  pcall = pcall, rawequal = rawequal, rawget = rawget, select = select, setmetatable = setmetatable, tonumber = tonumber, tostring = tostring,
  type = type, unpack = unpack, xpcall = xpcall, collectgarbage = function() return 0 end,
  rawset = function(t, key, value)
    if protected[t] then readonly() end
    return rawset(t, key, value)
  end,
}
local world = _G
for name in pairs(world) do rawset(world, name, nil) end
for name, value in pairs(globals) do rawset(world, name, value) end
for name, value in pairs(libraries) do rawset(world, name, value) end
rawset(world, '_G', world)
rawset(world, '_VERSION', 'Lua 5.1')
protected[world] = true
setmetatable(world, {
  __index = function(_, name)
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end,
  __newindex = readonly,
  __metatable = false,
})
`;
