"""The roster engine: duty lines for the members of a unit, with a bound on how good any roster can be."""
