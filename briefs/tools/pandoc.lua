-- A warm pandoc: one JSON request a line in, one JSON answer a line out, until the input ends.
-- It opens no file that a request doesn't name, and content never names one: pictures come as bytes.
local json = pandoc.json

local function document(text) return pandoc.read(text, 'json') end

-- What pandoc would have logged, as text; the caller fails the document on it. That a file was loaded is no news.
local function silently(work)
  local log, result = pandoc.log.silence(work)
  local lines = pandoc.List {}
  for _, entry in ipairs(log) do
    local message = json.decode(json.encode(entry), false)
    if message.type ~= 'LoadedResource' then lines:insert(message.pretty) end
  end
  return lines, result
end

local jobs = {}

-- texts -> a tree for each, as JSON text
function jobs.parse(request)
  local trees = {}
  for i, text in ipairs(request.texts) do
    local options = pandoc.ReaderOptions { abbreviations = request.abbreviations }
    trees[i] = pandoc.write(pandoc.read(text, request.format, options), 'json')
  end
  return { trees = trees }
end

-- a tree with `references` and `csl` in its metadata -> the same tree, citations in words
function jobs.cite(request)
  return { tree = pandoc.write(pandoc.utils.citeproc(document(request.tree)), 'json') }
end

-- BibLaTeX -> its records as CSL in YAML, texts in Markdown; an empty file system, so that no \input finds a file
function jobs.references(request)
  local read = pandoc.read(request.text, 'biblatex', pandoc.ReaderOptions {}, {})
  local plain = read:walk { Span = function(span) return span.content end }
  local options = pandoc.WriterOptions { template = pandoc.template.compile '$titleblock$', wrap_text = 'none' }
  return { text = pandoc.write(plain, 'markdown-smart', options) }
end

-- a tree -> HTML text, or the file of an office format in base64
function jobs.write(request)
  local options = pandoc.WriterOptions(request.options or {})
  pandoc.mediabag.empty()
  for name, media in pairs(request.media or {}) do
    pandoc.mediabag.insert(name, media.type, request.decode(media.data))
  end
  local made = pandoc.write(document(request.tree), request.format, options)
  return request.binary and { data = request.encode(made) } or { text = made }
end

-- Base64 (RFC 4648), as JSON holds no bytes.
local letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
local value = {}
for i = 1, 64 do value[letters:byte(i)] = i - 1 end

local function decode(text)
  local out = {}
  for a, b, c, d in text:gmatch('(.)(.)(.)(.)') do
    local n = value[a:byte()] << 18 | value[b:byte()] << 12 | (value[c:byte()] or 0) << 6 | (value[d:byte()] or 0)
    local bytes = string.char(n >> 16 & 255, n >> 8 & 255, n & 255)
    out[#out + 1] = c == '=' and bytes:sub(1, 1) or d == '=' and bytes:sub(1, 2) or bytes
  end
  return table.concat(out)
end

local function encode(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a << 16 | (b or 0) << 8 | (c or 0)
    local four = ''
    for shift = 18, 0, -6 do
      local digit = (n >> shift & 63) + 1
      four = four .. letters:sub(digit, digit)
    end
    out[#out + 1] = b and (c and four or four:sub(1, 3) .. '=') or four:sub(1, 2) .. '=='
  end
  return table.concat(out)
end

for line in io.lines() do
  local request = json.decode(line, false)
  request.decode, request.encode = decode, encode
  local answer
  local log, fault = silently(function()
    local ok, result = pcall(jobs[request.job], request)
    if ok then answer = result else return tostring(result) end
  end)
  answer = answer or { fault = fault or 'no answer' }
  answer.log = log
  io.write(json.encode(answer), '\n')
  io.flush()
end
