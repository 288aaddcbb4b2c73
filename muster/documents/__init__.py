"""What is drawn or printed: plain data in, a document out."""
