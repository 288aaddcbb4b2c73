"""Where the record is kept: facts in one hash chain, and the views derived from them."""
