"""What leaves memwizard: YAML with its reasons, JSON, text, SARIF, launch files."""
