"""The JSON that goes out, as pydantic models."""
