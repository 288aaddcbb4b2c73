"""Facts told in sentences that anybody reads, from the record as it was when each was recorded."""
