-- Opens FILE with the config of docs/editor.md, waits for findings, takes a fix, completes an inner key, and tells all as JSON.
local function await(done)
  return vim.wait(60000, done, 20)
end
vim.cmd.source(vim.env.SETUP)
vim.cmd.edit(vim.env.FILE)
vim.bo.filetype = "yaml"
local told = { found = {} }
await(function() return #vim.diagnostic.get(0) > 0 end)
for _, one in ipairs(vim.diagnostic.get(0)) do
  table.insert(told.found, one.code)
end
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local function ask(method, params)
  local answer = client:request_sync(method, params, 60000, vim.api.nvim_get_current_buf())
  return answer and answer.result
end
local line = vim.fn.search("^eval_batch_size") - 1
local at = { start = { line = line, character = 0 }, ["end"] = { line = line, character = 4 } }
local document = vim.lsp.util.make_text_document_params(0)
local actions = ask("textDocument/codeAction", { textDocument = document, range = at, context = { diagnostics = {} } })
for _, action in ipairs(actions or {}) do
  if action.kind == "quickfix" and action.edit then
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    break
  end
end
told.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
local last = vim.api.nvim_buf_line_count(0)
vim.api.nvim_buf_set_lines(0, last, last, false, { "trl:", "  num_gen" })
local items = ask("textDocument/completion", { textDocument = document, position = { line = last + 1, character = 9 } })
told.completed = {}
for _, item in ipairs(items and (items.items or items) or {}) do
  table.insert(told.completed, item.label)
end
vim.api.nvim_buf_set_lines(0, last, -1, false, {})
vim.api.nvim_buf_set_lines(0, line, line + 1, false, { "eval_batch_size: 8" })
vim.cmd.write()
told.saved = table.concat(vim.fn.readfile(vim.env.FILE), "\n")
io.stdout:write(vim.json.encode(told))
client:stop(true)
vim.cmd("qa!")
