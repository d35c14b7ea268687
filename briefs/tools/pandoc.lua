-- A warm pandoc: one JSON request a line in, one JSON answer a line out, until the input ends.
-- Trees, pictures and files stand as they are: the first two follow their request, what it comes to follows the answer, which
-- says before how many bytes it has.
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

-- Pandoc takes `[@one][@two]` for a link with a reference, and prints the brackets. A comment between the two keeps them apart;
-- it is taken out of the tree again.
local apart = '<!--][-->'
local function restored(node)
  node.text = (node.text:gsub('%]<!%-%-%]%[%-%->%[', ']['))
  return node
end
local without_comment = {
  RawInline = function(raw) if raw.text == apart then return {} end end,
  Code = restored, CodeBlock = restored, Math = restored, RawBlock = restored,
}

-- texts and the format of each -> a tree for each
function jobs.parse(request)
  local trees = {}
  for i, text in ipairs(request.texts) do
    local options = pandoc.ReaderOptions { abbreviations = request.abbreviations }
    local parted, count = text:gsub('%]%[(%-?@)', ']' .. apart .. '[%1')
    local read = pandoc.read(parted, request.formats[i], options)
    trees[i] = pandoc.write(count > 0 and read:walk(without_comment) or read, 'json')
  end
  return '[' .. table.concat(trees, ',') .. ']'
end

-- the same, and nothing is logged
function jobs.parse_quietly(request)
  local _, made = pandoc.log.silence(jobs.parse, request)
  return made
end

-- a tree with `references` and `csl` in its metadata -> the same tree, citations in words, and what was logged
function jobs.cite(request)
  local log, made = silently(function() return pandoc.utils.citeproc(document(request.tree)) end)
  return '{"log":' .. json.encode(log) .. ',"tree":' .. pandoc.write(made, 'json') .. '}'
end

-- TeX in which a mark in braces, as in 1{,}000, is text: no space is at it. Within \text{} it is so without braces
local function with_marks(tex)
  local function bare(text) return (text:gsub('{([,;:])}', '%1')) end
  tex = tex:gsub('\\text%a*%s*%b{}', bare):gsub('\\mbox%s*%b{}', bare)
  return (tex:gsub('{%s*([,;:])%s*}', '{\\text{%1}}'))
end

-- Math as letters, as HTML shows it without a font for math
local function math(node)
  node = pandoc.Math(node.mathtype, with_marks(node.text))
  local options = pandoc.WriterOptions { html_math_method = 'plain' }
  local html = pandoc.write(pandoc.Pandoc { pandoc.Plain { node } }, 'html', options)
  return pandoc.utils.blocks_to_inlines(pandoc.read(html, 'html').blocks)
end

-- formulas -> for each its inlines, or null if pandoc can't write it as letters
function jobs.formulas(request)
  local made = pandoc.List {}
  for _, formula in ipairs(request.formulas) do
    local log, inlines = silently(function() return math(pandoc.Math(formula.kind, formula.text)) end)
    local plain = pandoc.Inlines(inlines):walk { Span = function(span) return span.content end }
    made:insert(#log > 0 and 'null' or pandoc.write(pandoc.Pandoc { pandoc.Plain(plain) }, 'json'))
  end
  return '[' .. table.concat(made, ',') .. ']'
end

-- Braces in a title, also those of a command such as \emph, keep its letters as they are, if a word in them begins with a small
-- letter. The writer of CSL has no mark for it.
local function marked(inlines, text)
  if not text:find('%f[%w]%l') then return nil end
  return pandoc.Inlines { pandoc.Str '\u{e002}' } .. inlines .. { pandoc.Str '\u{e003}' }
end
local function set_apart(node) return marked(pandoc.Inlines { node }, pandoc.utils.stringify(node)) end
local function braced(span)
  if span.identifier ~= '' or #span.classes > 0 or #span.attributes > 0 then return nil end
  return marked(span.content, pandoc.utils.stringify(span))
end
local protected = { Span = braced, Emph = set_apart, Strong = set_apart, SmallCaps = set_apart, Underline = set_apart }

local titles = { 'title', 'title-short', 'container-title', 'volume-title', 'collection-title', 'event', 'original-title' }

-- BibLaTeX, of which BibTeX is a part -> its records as CSL in JSON; an empty file system, so that no \input finds a file
function jobs.references(request)
  local read = pandoc.read(request.text, 'biblatex', pandoc.ReaderOptions {}, {})
  local unread = function(raw) return pandoc.Str('\u{e000}' .. raw.text .. '\u{e001}') end
  local letters = function(node)  -- a style that changes capitals leaves those of a formula
    local log, made = silently(function() return math(node) end)
    if #log > 0 then return pandoc.Str('\u{e000}$' .. node.text .. '$\u{e001}') end
    if not pandoc.utils.stringify(made):find('[%a\128-\255]') then return made end
    return pandoc.Inlines { pandoc.Str '\u{e002}' } .. made .. { pandoc.Str '\u{e003}' }
  end
  read = read:walk { Math = letters, RawInline = unread }
  local meta = read.meta
  for _, record in ipairs(meta.references or {}) do
    for _, name in ipairs(titles) do
      local inlines = record[name]
      if inlines and pandoc.utils.type(inlines) == 'Inlines' then record[name] = inlines:walk(protected) end
    end
  end
  read.meta = meta
  return pandoc.write(read, 'csljson')
end

-- a tree -> a file's bytes
function jobs.write(request)
  local options = pandoc.WriterOptions(request.options or {})
  pandoc.mediabag.empty()
  for _, media in ipairs(request.media or {}) do
    pandoc.mediabag.insert(media.name, media.type, media.data)
  end
  return pandoc.write(document(request.tree), request.format, options)
end

for line in io.lines() do
  local request = json.decode(line, false)
  request.tree = request.tree and io.read(request.tree)
  for _, media in ipairs(request.media or {}) do media.data = io.read(media.size) end
  local made = ''
  local log, fault = silently(function()
    local ok, result = pcall(jobs[request.job], request)
    if ok then made = result else return tostring(result) end
  end)
  local answer = { fault = fault, log = log }
  io.write(#made, '\n', json.encode(answer), '\n', made)
  io.flush()
end
