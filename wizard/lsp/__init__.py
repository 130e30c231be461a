"""The engine for editors: a language server on stdio."""
