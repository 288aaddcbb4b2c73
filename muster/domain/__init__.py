"""What Muster knows and decides: plain values and pure functions, no clock and no I/O."""
