"""The engine for agents: a server of the Model Context Protocol on stdio."""
