"""The interface for programs: JSON over HTTP, with the token of a link."""
