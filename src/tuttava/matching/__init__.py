"""Finding records that mean the same party: a library that knows neither Django nor any other floor of Tuttava."""
