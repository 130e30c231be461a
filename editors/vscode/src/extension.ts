/** Starts `memwizard lsp` for YAML files; what it finds, mends and tells is the server's. */

import { ExtensionContext, commands, window, workspace } from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("memwizard.restart", restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("memwizard")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const settings = workspace.getConfiguration("memwizard");
  const [command, ...args] = settings.get<string[]>("command", ["memwizard", "lsp"]);
  if (command === undefined) {
    return;
  }
  const server: ServerOptions = { command, args };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language: "yaml" }],
    initializationOptions: {
      gpu: settings.get<string>("gpu") || undefined,
      axolotl: settings.get<string>("axolotl") || undefined,
      fix_on_save: settings.get<boolean>("fixOnSave", false),
    },
  };
  client = new LanguageClient("memwizard", "memwizard", server, options);
  try {
    await client.start();
  } catch (reason) {
    client = undefined;
    void window.showErrorMessage(`memwizard did not start (${String(reason)}): pip install 'memwizard[lsp]', or set memwizard.command.`);
  }
}
