"""Pages: what people open on a telephone."""
